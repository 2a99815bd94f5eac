# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""By which means callbacks are delivered, as the operator sets them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from . import signatures, speakers
from .destinations import ports, rules, servers
from .http import routes

# Errors of the operator's options; the text of each has the reason.
FAULTS = (
    rules.InvalidEntry,
    routes.InvalidRoute,
    signatures.InvalidSecret,
    speakers.InvalidSpeakers,
)


@dataclass(frozen=True)
class DeliveryOptions:
    """The options of a delivery, apart from its callbacks."""

    timeout: float  # seconds that one delivery may take, and all of one endpoint together
    workers: int  # deliveries under way at once, at most
    route: routes.Route = field(default_factory=routes.Route)
    secrets: signatures.Secrets = field(default_factory=signatures.Secrets)
    # Seconds that one delivery gets for now; what it leaves of the timeout counts as no attempt.
    patience: float | None = None
    answering: dict[str, str] = field(default_factory=dict)  # known endpoints, and their servers
    speakers: speakers.Speakers = field(default_factory=speakers.Speakers)

    @property
    def seconds(self) -> float:
        """Return the seconds of one delivery in this run, and of all to one endpoint."""
        return min(self.timeout, self.patience or self.timeout)


def read(options: dict[str, Any]) -> DeliveryOptions:
    """Read the module's options; raise one of FAULTS for an unusable option."""
    ca_file, nonstrict = options["ca_file"], options["allow_nonstrict_certificates"]
    route = routes.Route(
        rules.Destinations.listed(options["allow"], options["deny"], options["hosts"]),
        routes.verifying(ca_file, nonstrict) if ca_file or nonstrict else None,
        routes.proxies(),
        routes.no_proxy(),
        ports=_ports(options["ports"]),
    )
    secrets = _secrets(options)
    known = options["answering"].items()
    answering = {servers.endpoint_of(name): str(server) for name, server in known}
    # Without any secret there is nothing to say of them.
    queue_count = options.get("queue_count", 1) if secrets.keys else 1
    return DeliveryOptions(
        options["timeout"],
        options["workers"],
        route,
        secrets,
        options["patience"],
        answering,
        speakers.read(options.get("secrets_for") or {}, queue_count, secrets.keys),
    )


def _ports(entries: list[str] | None) -> ports.Ports:
    return ports.ORDINARY if entries is None else ports.Ports.listed(entries)


def _secrets(options: dict[str, Any]) -> signatures.Secrets:
    if options["secrets_file"]:
        return signatures.read_path(options["secrets_file"])
    given = options["secrets"]
    return signatures.Secrets() if given is None else signatures.read(given)
