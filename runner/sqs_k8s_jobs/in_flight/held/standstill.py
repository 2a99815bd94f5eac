"""Standstill: the reason why most messages in flight do not become Jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqs_k8s_jobs.in_flight.held.holdups import SOME, Holdup, is_same_reason, namespace_of


def standstill(holdups: Mapping[str, Holdup], in_flight: int) -> str | None:
    """Describe why most messages in flight do not become Jobs, if so.

    What only the operator can set right is said however few messages wait for it. A namespace
    that takes some Jobs, and one that takes none, is one namespace. What waits for no namespace
    is no matter of the cluster's, as where two messages have one id, nor is what fails while other
    messages become Jobs, or in a namespace that a sender may have invented.
    """
    in_flight -= sum(one.messages for one in holdups.values() if _is_its_own(one))
    holdups = {
        name: one
        for name, one in holdups.items()
        if one.cause.is_fault or (name and one.is_closed and not _is_its_own(one))
    }
    held = sum(one.messages for one in holdups.values())
    chosen = {name: one for name, one in holdups.items() if one.cause.is_fault}
    if not chosen and 2 * held <= in_flight:
        return None
    chosen = chosen or dict(holdups)
    waiting: Counter[str] = Counter()
    for name, one in chosen.items():
        waiting[namespace_of(name)] += one.messages
    most = max(waiting, key=waiting.__getitem__)
    name = _name_to_say({name: one for name, one in chosen.items() if namespace_of(name) == most})
    others = {namespace_of(name) for name in holdups} - {most, ""}
    kind = "some" if name.endswith(SOME) else "no"
    where = f"namespace {most} takes {kind} Jobs: " if most else ""
    return f"{where}{holdups[name].cause.reason}{_more(len(others))}"


def _is_its_own(one: Holdup) -> bool:
    """Tell whether a namespace takes no Jobs while others do, or may be none."""
    return not one.cause.is_fault and (one.others_go_on or one.cause.is_invented)


def _name_to_say(of_most: Mapping[str, Holdup]) -> str:
    """Return the first held Job's name, as logged, unless its namespace has two reasons."""
    first, *others = of_most
    if others and not is_same_reason(of_most[first].cause.reason, of_most[others[0]].cause.reason):
        return namespace_of(first)
    return first


def _more(count: int) -> str:
    if count == 0:
        return ""
    return f" (and {count} more namespace{'s' if count > 1 else ''})"
