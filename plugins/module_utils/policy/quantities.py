# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Kubernetes quantities, and how much of a resource a pod asks for."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from ..manifest.job_manifest import InvalidManifest
from .manifest_nodes import ManifestNode, Pod

MAX_LENGTH = 64

_QUANTITY = re.compile(
    r"\+?([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?0*[0-9]{1,3}))?"
)
_UNITS = {
    "": Fraction(1),
    **{unit: Fraction(1000) ** (power - 3) for power, unit in enumerate("num")},
    **{unit: Fraction(1000) ** power for power, unit in enumerate("kMGTPE", 1)},
    **{unit + "i": Fraction(1024) ** power for power, unit in enumerate("KMGTPE", 1)},
}


class InvalidQuantity(ValueError):
    """The value is not a Kubernetes quantity of at least 0."""


def read(value: Any) -> Fraction:
    """Return the number that a quantity such as C(500m) or C(256Gi) stands for."""
    text = str(value) if isinstance(value, (int, float, str)) else ""
    match = _QUANTITY.fullmatch(text) if len(text) <= MAX_LENGTH else None
    if match is None or isinstance(value, bool):
        raise InvalidQuantity("{0!r} is not a quantity".format(text[:MAX_LENGTH]))
    number, unit, exponent = match.groups()
    return Fraction(number.rstrip(".")) * _UNITS[unit or ""] * Fraction(10) ** int(exponent or 0)


def total(pod: Pod, kind: str, resource: str) -> Fraction:
    """Return a Pod's total of a resource at any time, as Kubernetes counts it.

    The kind is C(limits) or C(requests). Init containers run one after the other, before
    the others; those that are restarted always go on beside what comes after them.
    """
    beside, highest = Fraction(0), Fraction(0)
    for one in pod.init_containers:
        amount = _amount(one, kind, resource)
        highest = max(highest, beside + amount)
        if one.get("restartPolicy") == "Always":
            beside += amount
    together = beside + sum(_amount(one, kind, resource) for one in pod.app_containers)
    return max(highest, together, _amount(pod.spec, kind, resource))


def has_limit(owner: ManifestNode, resource: str) -> bool:
    """Tell whether a container, or a pod as a whole, has a limit of a resource."""
    return owner.part("resources").part("limits").get(resource) is not None


def _amount(owner: ManifestNode, kind: str, resource: str) -> Fraction:
    amounts = owner.part("resources").part(kind)
    value = amounts.get(resource)
    if value is None:
        return Fraction(0)
    try:
        return read(value)
    except InvalidQuantity as exc:
        raise InvalidManifest("{0}: {1}".format(amounts.at(resource), exc)) from exc
