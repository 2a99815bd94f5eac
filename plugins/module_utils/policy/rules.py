# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The operator's policy as the role's variables give it, checked before any message is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..common.patterns import Patterns
from . import pod_security, quantities
from .image_patterns import Images

PREFIX = "submit_policy_"
SERVICES = "services"

# Forbidden unless submit_policy_allow lists it, beside the controls of pod security.
OTHER_CONTROLS = ("nodeName", "manualSelector", "ownerReferences")
CONTROLS = (*pod_security.CONTROLS[pod_security.RESTRICTED], *OTHER_CONTROLS)


class InvalidPolicy(ValueError):
    """The policy itself is wrong, which is the operator's matter; names the variable."""


@dataclass(frozen=True)
class Ceiling:
    """A Pod's limit of a resource, and the operator's spelling of it."""

    amount: Fraction
    written: str


@dataclass(frozen=True)
class Rules:
    """The limits of a message's Job; each field is the variable of that name."""

    namespaces: Patterns
    images: Images
    service_accounts: Patterns
    volume_claims: Patterns
    config_maps: Patterns
    secrets: Patterns
    node_selectors: Patterns
    tolerations: Patterns
    pod_labels: Patterns
    service_names: Patterns
    fields: Patterns
    capabilities: Patterns
    ceilings: dict[str, Ceiling]
    require_limits: list[str]
    max_active_deadline_seconds: int
    max_ttl_seconds_after_finished: int
    max_backoff_limit: int
    max_manifest_bytes: int
    max_pods_bytes: int
    pod_security: str
    allow: list[str]


class Policy:
    """The rules for all services, and those of services with rules of their own."""

    def __init__(self, variables: dict[str, Any]) -> None:
        """Read the variables, without their prefix; raise InvalidPolicy if one is wrong."""
        general = {name: variables[name] for name in variables if name != SERVICES}
        missing = [name for name in (*_READERS, SERVICES) if name not in variables]
        if missing:
            raise InvalidPolicy("{0}{1} is not given".format(PREFIX, missing[0]))
        self._general = _rules(general, PREFIX)
        self._services: dict[str, Rules] = {}
        where = PREFIX + SERVICES
        for service, own in _object(variables[SERVICES], where).items():
            path = "{0}.{1}".format(where, _text(service, where))
            self._services[service] = _rules({**general, **_given(own, path)}, path + ".")

    def of_service(self, service: str) -> Rules:
        """Return the rules for a service's messages."""
        return self._services.get(service, self._general)

    def __iter__(self) -> Iterator[Rules]:
        return iter([self._general, *self._services.values()])


def _rules(variables: dict[str, Any], prefix: str) -> Rules:
    for name in variables:
        if name not in _READERS:
            raise InvalidPolicy("{0}{1} is no variable of the policy".format(prefix, name))
    read = {name: _READERS[name](value, prefix + name) for name, value in variables.items()}
    return Rules(**read)


def _given(own: Any, path: str) -> dict[str, Any]:
    fields = _object(own, path)
    return {name: fields[name] for name in fields}


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidPolicy("{0} is not a dictionary".format(where))
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or value in ("", "!"):
        raise InvalidPolicy("{0} has {1!r}, which is not text".format(where, value))
    return value


def _texts(value: Any, where: str) -> list[str]:
    if not isinstance(value, list):
        raise InvalidPolicy("{0} is not a list".format(where))
    return [_text(one, where) for one in value]


def _patterns(value: Any, where: str) -> Patterns:
    return Patterns(_texts(value, where))


def _images(value: Any, where: str) -> Images:
    return Images(_texts(value, where))


def _ceilings(value: Any, where: str) -> dict[str, Ceiling]:
    found = {}
    for name, written in _object(value, where).items():
        try:
            found[_text(name, where)] = Ceiling(quantities.read(written), str(written))
        except quantities.InvalidQuantity as exc:
            raise InvalidPolicy("{0}.{1}: {2}".format(where, name, exc)) from exc
    return found


def _whole(value: Any, where: str) -> int:
    text = str(value) if isinstance(value, (int, str)) else ""
    if not (text.isascii() and text.isdigit()):
        raise InvalidPolicy("{0} is {1!r}, not a whole number".format(where, value))
    return int(text)


def _level(value: Any, where: str) -> str:
    if value not in list(pod_security.CONTROLS):
        known = ", ".join(pod_security.CONTROLS)
        raise InvalidPolicy("{0} is {1!r}, not one of {2}".format(where, value, known))
    return str(value)


def _controls(value: Any, where: str) -> list[str]:
    names = _texts(value, where)
    for name in names:
        if name not in CONTROLS:
            known = ", ".join(CONTROLS)
            raise InvalidPolicy("{0} has {1!r}, not one of {2}".format(where, name, known))
    return names


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "namespaces": _patterns,
    "images": _images,
    "service_accounts": _patterns,
    "volume_claims": _patterns,
    "config_maps": _patterns,
    "secrets": _patterns,
    "node_selectors": _patterns,
    "tolerations": _patterns,
    "pod_labels": _patterns,
    "service_names": _patterns,
    "fields": _patterns,
    "capabilities": _patterns,
    "ceilings": _ceilings,
    "require_limits": _texts,
    "max_active_deadline_seconds": _whole,
    "max_ttl_seconds_after_finished": _whole,
    "max_backoff_limit": _whole,
    "max_manifest_bytes": _whole,
    "max_pods_bytes": _whole,
    "pod_security": _level,
    "allow": _controls,
}
