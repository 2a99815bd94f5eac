"""Oracle of globally reachable addresses, independent of the collection."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


def is_public(address: str) -> bool:
    """Tell whether this is a globally reachable unicast address, and what is embedded in it."""
    found = ip_address(address.partition("%")[0])
    return all(map(_is_global, [found, *_embedded(found)]))


def _embedded(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    if isinstance(address, IPv4Address):
        return []
    found = [address.sixtofour, *(address.teredo or ())]
    if any(address in network for network in NAT64):
        found.append(IPv4Address(address.packed[-4:]))
    return [one for one in found if one is not None]


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return _is_global(address.ipv4_mapped)
        if address.is_site_local or address.packed[:12] == bytes(12):
            return False
    return address.is_global and not (
        address.is_multicast
        or address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or (address.is_reserved and address not in NAT64[0])
    )
