"""Receives that were used up: by a kill or an outage, or by whoever held the message.

SQS moves a message to the dead-letter queue that it has given too often, and tells nobody. That is
not promised away where the last holder was killed, or where SQS could not be reached meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import fault_kinds
from .records import Disturbance, Hold

# Seconds for which a request that waits for messages may go on without whoever has made it.
WITHOUT_CLIENT = 3.0
SLACK = 1.0


def unexplained(holds: Sequence[Hold], disturbances: Sequence[Disturbance]) -> Iterator[str]:
    """Return, for a message that SQS has moved, that nothing explains its last receive."""
    if not holds:
        yield "nobody had received it"
    elif not any(_explains(one, holds[-1]) for one in disturbances):
        last = holds[-1]
        yield (
            f"after {len(holds)} receives; {last.by} held it from {last.began:.1f} to"
            f" {last.ended:.1f}, and was not killed"
        )


def _explains(one: Disturbance, hold: Hold) -> bool:
    if one.ended < hold.began - WITHOUT_CLIENT or one.began > hold.ended + SLACK:
        return False
    killed = one.kind == fault_kinds.KILL_RUNNER and one.by == hold.by
    return killed or one.kind == fault_kinds.SQS_UNREACHABLE
