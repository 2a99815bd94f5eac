# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Allowed destinations of callbacks.

Whoever may send a message names its URL, so no URL may turn this service against the
network it stands in. A name says little, and may say something else a moment later: what
is checked is the very address that is connected to. These rules hold, in this order:

1. A host that is none of the operator's is refused, unseen: by default every host is.
2. An address that the operator denies is refused.
3. What the operator allows is allowed: an address, or what a listed host resolves to, but for
   this machine and what is beside it: who runs a name may have it say so at any time.
4. What is not a globally reachable unicast address is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Union

from ...common.patterns import ANY, Patterns
from .servers import NAT64

SCHEMES = ("http", "https")

# IANA's registries of special-purpose addresses, and a few that clouds give to
# services of their own; of overlapping ones the narrower comes first.
SPECIAL = {
    ip_network(network): kind
    for network, kind in (
        ("0.0.0.0/8", "an unspecified address"),
        ("10.0.0.0/8", "a private address"),
        ("100.100.100.200/32", "an address of the cloud's own"),  # Alibaba's metadata
        ("100.64.0.0/10", "a carrier's shared address"),
        ("127.0.0.0/8", "a loopback address"),
        ("168.63.129.16/32", "an address of the cloud's own"),  # Azure, to each machine
        ("169.254.0.0/16", "a link-local address"),
        ("172.16.0.0/12", "a private address"),
        ("192.0.0.192/32", "an address of the cloud's own"),  # Oracle's metadata
        ("192.0.0.0/24", "a reserved address"),
        ("192.0.2.0/24", "a documentation address"),
        ("192.88.99.0/24", "a 6to4 address"),
        ("192.168.0.0/16", "a private address"),
        ("198.18.0.0/15", "a benchmarking address"),
        ("198.51.100.0/24", "a documentation address"),
        ("203.0.113.0/24", "a documentation address"),
        ("224.0.0.0/4", "a multicast address"),
        ("255.255.255.255/32", "the broadcast address"),
        ("240.0.0.0/4", "a reserved address"),
        ("::/128", "an unspecified address"),
        ("::1/128", "a loopback address"),
        ("::/96", "an IPv4-compatible address"),
        ("64:ff9b:1::/48", "a private address"),
        ("2001::/32", "a Teredo address"),
        ("2001::/23", "a reserved address"),
        ("2001:db8::/32", "a documentation address"),
        ("2002::/16", "a 6to4 address"),
        ("3fff::/20", "a documentation address"),
        ("fd00:42::42/128", "an address of the cloud's own"),  # Scaleway's metadata
        ("fd00:100::100:200/128", "an address of the cloud's own"),  # Alibaba's
        ("fd00:a9fe:a9fe::1/128", "an address of the cloud's own"),  # Linode's
        ("fd00:c1::a9fe:a9fe/128", "an address of the cloud's own"),  # Oracle's
        ("fd00:ec2::/32", "an address of the cloud's own"),  # AWS's metadata, DNS and time
        ("fd20:ce::/32", "an address of the cloud's own"),  # Google's metadata
        ("fc00::/7", "a private address"),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a site-local address"),
        ("ff00::/8", "a multicast address"),
    )
}
# Networks that a host's name never allows; list them themselves.
NEVER_BY_NAME = (
    "a loopback address",
    "a link-local address",
    "an unspecified address",
    "an address of the cloud's own",
    "a multicast address",
    "the broadcast address",
    "a reserved address",
    "a site-local address",
    "an IPv4-compatible address",
)
# All of IPv6 but global unicast is reserved, known as special or not.
GLOBAL_UNICAST = IPv6Network("2000::/3")
# A gateway turns these into the IPv4 address in their last 32 bits.
MAPPED = IPv6Network("::ffff:0:0/96")
LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")

_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_HOST = re.compile(r"(\*\.)?({0}\.)*(?![0-9]+$|0x[0-9a-f]*$){0}".format(_LABEL))
_ACCOUNT = re.compile(r"^(\s*[^:/?#\\]*://)[^/?#\\]*@")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)

Address = Union[IPv4Address, IPv6Address]


class Blocked(Exception):
    """A destination is blocked; its text has the reason."""


class InvalidEntry(ValueError):
    """An operator's entry is no address, network or host; its text has the entry."""


@dataclass(frozen=True)
class Destinations:
    """The operator's allowed and denied destinations, beside the rule."""

    allowed: tuple[Any, ...] = ()  # networks
    allowed_hosts: tuple[str, ...] = ()
    denied: tuple[Any, ...] = ()  # networks
    hosts: Patterns = ANY

    @classmethod
    def listed(
        cls, allow: Iterable[str] = (), deny: Iterable[str] = (), hosts: Iterable[str] = ("*",)
    ) -> Destinations:
        """Read the lists; raise InvalidEntry for what cannot be read."""
        entries = [str(entry).strip() for entry in allow]
        names = tuple(_plain(entry) for entry in entries if _HOST.fullmatch(_plain(entry)))
        networks = [entry for entry in entries if _plain(entry) not in names]
        return cls(
            tuple(_network(entry, "a network, an address or a host") for entry in networks),
            names,
            tuple(_network(str(entry).strip(), "a network or an address") for entry in deny),
            Patterns([str(pattern).lower() for pattern in hosts]),
        )

    def check_host(self, host: str) -> None:
        """Raise Blocked where no callback may go to this host, whatever its addresses."""
        name = _plain(host.strip("[]"))
        if not self.hosts.allow(name):
            raise Blocked(
                "{0} is not among the hosts that are allowed (report_webhook_hosts)".format(name)
            )

    def check(self, host: str, address: str) -> None:
        """Raise Blocked where a callback to a host may not go to this address of it."""
        found = ip_address(address.partition("%")[0])  # a zone makes no other address of it
        name = host.strip("[]")
        where = "{0} is".format(name)
        if name.partition("%")[0] != str(found):
            where = "{0} resolves to {1},".format(name, found)
        faces = _faces(found)
        if any(face in network for face in faces for network in self.denied):
            raise Blocked("{0} a denied address (report_webhook_deny)".format(where))
        is_listed = self._lists(name)
        for face in faces:
            kind = _kind(face)
            if is_listed and kind not in NEVER_BY_NAME:
                continue
            if kind and not any(face in network for network in self.allowed):
                raise Blocked("{0} {1}: not allowed (report_webhook_allow)".format(where, kind))

    def _lists(self, host: str) -> bool:
        name = _plain(host)
        return any(
            name.endswith(listed[1:]) if listed.startswith("*.") else name == listed
            for listed in self.allowed_hosts
        )


def is_number(host: str) -> bool:
    """Tell whether a host can only be an address, however it is written: C(0x7f.1)."""
    return bool(_NUMBER.fullmatch(_plain(host).rpartition(".")[2])) or ":" in host


def without_account(url: str) -> str:
    """Return a URL without the user and the password that it names."""
    return _ACCOUNT.sub(r"\1", url)


def _faces(address: Address) -> list[Address]:
    """Return an address and the IPv4 addresses that a gateway may make of it."""
    if isinstance(address, IPv4Address):
        return [address]
    last = IPv4Address(int(address) & 0xFFFFFFFF)
    if address in MAPPED:
        return [last]  # and nothing else: the system itself connects to it
    if address in NAT64 or address in LOCAL_NAT64:
        return [address, last]
    return [address, *filter(None, [address.sixtofour, *(address.teredo or ())])]


def _kind(address: Address) -> str | None:
    """Describe why an address is not globally reachable unicast."""
    for network, kind in SPECIAL.items():
        if address in network:
            return kind
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST and address not in NAT64:
        return "a reserved address"
    return None


def _plain(host: str) -> str:
    return host.lower().removesuffix(".")


def _network(entry: str, wanted: str) -> Any:
    try:
        network = ip_network(entry)
    except ValueError as exc:
        raise InvalidEntry("{0!r} is not {1}".format(entry, wanted)) from exc
    if isinstance(network, IPv6Network) and network.subnet_of(MAPPED):
        raise InvalidEntry("{0!r} is to be written as IPv4".format(entry))
    return network
