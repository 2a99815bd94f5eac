# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Routes of callbacks: straight to an address, or through the operator's proxy."""

from __future__ import annotations

import queue
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote
from urllib.request import getproxies

from ..destinations import host_names
from ..destinations.lookups import MOST_FOUND, start
from ..destinations.no_proxy import covers
from ..destinations.ports import ORDINARY, Ports
from ..destinations.rules import SCHEMES, Blocked, Destinations, is_number
from ..destinations.servers import PORTS
from .urllib3_compat import urllib3

LOOKUP_TIMEOUT = 3.0  # seconds; a resolver's own are many more
MOST_ADDRESSES = 4  # of a host that are tried, so that each has a part of the time to connect


class InvalidRoute(ValueError):
    """The operator's certificates or proxies cannot be used; its text has the reason."""


@dataclass(frozen=True)
class Proxy:
    """A proxy of the operator's."""

    url: str
    account: str | None = field(default=None, repr=False)

    def headers(self) -> dict[str, str]:
        """Return the headers by which it knows us."""
        return dict(urllib3.util.make_headers(proxy_basic_auth=self.account))


@dataclass(frozen=True)
class Route:
    """The allowed destinations of callbacks, and their routes."""

    destinations: Destinations = field(default_factory=Destinations)
    context: ssl.SSLContext | None = None  # what verifies endpoints; None: the system's own
    proxies: Mapping[str, Proxy] = field(default_factory=dict)  # by the URL's scheme
    no_proxy: str = ""  # what is reached without one
    resolve: Callable[..., list[Any]] = socket.getaddrinfo
    ports: Ports = ORDINARY

    def allowed(self, host: str, port: int | None, timeout: float = LOOKUP_TIMEOUT) -> list[Any]:
        """Return the first few addresses of a host that may be connected to, or raise Blocked."""
        found, refused = self._judged(host, self._addresses(host, port, timeout))
        if refused and not found:
            raise refused
        return found

    def reachable(self, host: str, found: list[Any]) -> list[Any]:
        """Return which of the addresses that were found of a host may be connected to."""
        return self._judged(host, found)[0]

    def _judged(self, host: str, found: list[Any]) -> tuple[list[Any], Blocked | None]:
        """Return the first allowed addresses, and the reason why another is blocked."""
        allowed: list[Any] = []
        refused = None
        for one in found[:MOST_FOUND]:
            try:
                self.destinations.check(host, one[4][0])
                allowed.append(one)
            except Blocked as exc:
                refused = refused or exc
            if len(allowed) == MOST_ADDRESSES:
                break
        return allowed, refused

    def proxy(self, scheme: str, host: str, port: int | None = None) -> Proxy | None:
        """Return the proxy for a URL's scheme, host and port, if any."""
        found = self.proxies.get(scheme)
        return found if found and not covers(self.no_proxy, host, port or PORTS[scheme]) else None

    def check_for_proxy(self, host: str, port: int | None) -> None:
        """Raise Blocked where a proxy would reach what is not allowed, as far as is known here.

        It is the proxy that looks the host up and chooses: each address has to be allowed,
        and of a name that is unknown here nothing can be said.
        """
        host_names.check(host)
        if host_names.is_address(host):  # which needs no lookup, so that none can fail
            self.destinations.check(host, host.strip("[]"))
        elif is_number(host):  # 010.0.0.1 is 8.0.0.1, or not
            raise Blocked("{0} is an address in a form of its own".format(host))
        try:
            found = self._addresses(host, port, LOOKUP_TIMEOUT)
        except OSError:
            return
        if len(found) > MOST_FOUND:
            raise Blocked("{0} has more than {1} addresses".format(host, MOST_FOUND))
        for one in found:
            self.destinations.check(host, one[4][0])

    def _addresses(self, host: str, port: int | None, timeout: float) -> list[Any]:
        """Look a host up, if callbacks may go to it at all; Blocked where they may not.

        The system may take as long as it wants, and is not waited for.
        """
        self.destinations.check_host(host)
        self.ports.check(host.strip("[]"), port)
        answers: queue.SimpleQueue[list[Any] | Exception] = queue.SimpleQueue()

        def look_up() -> None:
            try:
                answers.put(self.resolve(host.strip("[]"), port, type=socket.SOCK_STREAM))
            except Exception as exc:  # whatever it is, it is raised below
                answers.put(exc)

        start(look_up)
        try:
            answer = answers.get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError("not resolved within {0} s".format(timeout)) from None
        if isinstance(answer, Exception):
            raise answer
        return answer


def verifying(ca_file: str | None, allow_nonstrict: bool = False) -> ssl.SSLContext:
    """Return what verifies endpoints by the system's authorities and by those in a file.

    Python checks from 3.13 on whether certificates have all that RFC 5280 demands, and
    `allow_nonstrict` leaves that check out; authority, host and dates are checked all the same.
    """
    context = ssl.create_default_context()
    if allow_nonstrict:
        context.verify_flags &= ~ssl.VerifyFlags.VERIFY_X509_STRICT
    try:
        if ca_file:
            context.load_verify_locations(cafile=ca_file)
    except OSError as exc:  # what is no certificate is one too
        words = "{0} holds no certificates: {1}".format(ca_file, exc.strerror or exc)
        raise InvalidRoute(words) from exc
    return context


def proxies() -> dict[str, Proxy]:
    """Return the proxies that the environment names: HTTP_PROXY, HTTPS_PROXY."""
    named = getproxies()
    return {scheme: _proxy(scheme, named[scheme]) for scheme in SCHEMES if named.get(scheme)}


def no_proxy() -> str:
    """Return what the environment names as reached without a proxy: NO_PROXY."""
    return getproxies().get("no", "")


def _proxy(scheme: str, text: str) -> Proxy:
    name = "{0}_PROXY".format(scheme.upper())
    try:
        parts = urllib3.util.parse_url(text if "://" in text else "http://" + text)
    except ValueError:
        # Nothing of it is quoted: it may hold a password.
        raise InvalidRoute("{0} is not a URL".format(name)) from None
    if parts.scheme != "http" or not parts.host:
        raise InvalidRoute("{0} is not a URL of the form http://host:port".format(name))
    url = "http://{0}:{1}".format(parts.host, parts.port or 80)
    return Proxy(url, unquote(parts.auth) if parts.auth else None)
