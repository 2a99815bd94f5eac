"""Namespaces that stood still while the cluster said no in another one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from . import kinds
from .evidence import Evidence, Message
from .records import Disturbance

LONG_ENOUGH = 20.0  # seconds of a fault in all; shorter ones say nothing
REST = 8.0  # seconds before the fault's end, in which messages may be too late
ENOUGH = 5  # messages for another namespace


def found(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Return the kinds of fault in whose times nobody heard of other namespaces, and how long."""
    windows: dict[str, list[Disturbance]] = defaultdict(list)
    for one in evidence.disturbances:
        if one.kind in kinds.CLUSTER_SAYS_NO and one.namespace:
            windows[one.kind].append(one)
    for kind, some in windows.items():
        seconds = sum(one.ended - one.began for one in some)
        others = [message for one in some for message in _sent_elsewhere(evidence, one)]
        if seconds < LONG_ENOUGH or len(others) < ENOUGH:
            continue
        ids = {message.id for message in others}
        if not any(
            _within(callback.sent, some) for callback in evidence.callbacks if callback.id in ids
        ):
            yield kind, f"for {seconds:.0f} s no caller of {len(others)} other messages heard"


def _sent_elsewhere(evidence: Evidence, window: Disturbance) -> Iterator[Message]:
    for one in evidence.messages:
        is_told = one.valid and one.webhook and one.namespace != window.namespace
        if is_told and window.began <= one.sent <= window.ended - REST:
            yield one


def _within(moment: float, windows: list[Disturbance]) -> bool:
    return any(one.began <= moment <= one.ended for one in windows)
