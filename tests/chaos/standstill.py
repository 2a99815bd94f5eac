"""Namespaces that stood still while the cluster said no in another one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from . import fault_kinds
from .evidence import Callback, Evidence, Message
from .records import Disturbance

# Seconds of a fault in all, and messages for other namespaces sent in that time: with less of
# either, kills of runners may explain it.
LONG_ENOUGH, ENOUGH = 45.0, 15
REST = 8.0  # seconds before the fault's end, in which messages may be too late


def found(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Return the kinds of fault in whose times nobody heard of other namespaces, and how long."""
    windows: dict[str, list[Disturbance]] = defaultdict(list)
    for one in evidence.disturbances:
        if one.kind in fault_kinds.CLUSTER_SAYS_NO and one.namespace:
            windows[one.kind].append(one)
    namespaces = {message.id: message.namespace for message in evidence.messages}
    for kind, some in windows.items():
        seconds = sum(one.ended - one.began for one in some)
        others = sum(1 for one in some for _ in _sent_elsewhere(evidence, one))
        if seconds < LONG_ENOUGH or others < ENOUGH:
            continue
        if not any(
            _is_of_another(callback, one, namespaces)
            for one in some
            for callback in evidence.callbacks
        ):
            yield kind, f"for {seconds:.0f} s no caller of another namespace's messages heard"


def _sent_elsewhere(evidence: Evidence, window: Disturbance) -> Iterator[Message]:
    for one in evidence.messages:
        is_told = one.valid and one.webhook and one.namespace != window.namespace
        if is_told and window.began <= one.sent <= window.ended - REST:
            yield one


def _is_of_another(
    callback: Callback, window: Disturbance, namespaces: dict[str | None, str]
) -> bool:
    """Tell whether a caller heard within a window of what is in another namespace."""
    is_within = window.began <= callback.sent <= window.ended
    return is_within and namespaces.get(callback.id, window.namespace) != window.namespace
