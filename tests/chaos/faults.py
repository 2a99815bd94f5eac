"""The faults of a run: each begins, is healed when its time is over, and is counted."""

from __future__ import annotations

import heapq
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import count

from cluster.errors import ClusterError

from . import fault_kinds
from .begun_fault import Begin, Begun
from .cluster_faults import ClusterFaults
from .network_faults import NetworkFaults
from .object_faults import ObjectFaults
from .plan import RUNNERS, Fault
from .runner_faults import RunnerFaults
from .system import System

PATIENCE = {  # seconds to wait for a victim
    fault_kinds.KILL_RUNNER: 180.0,
    fault_kinds.KILL_PLAYBOOK: 180.0,
    fault_kinds.JOB_DELETED: 20.0,
    fault_kinds.POD_DELETED: 20.0,
    fault_kinds.POD_EVICTED: 20.0,
    **dict.fromkeys(fault_kinds.CLUSTER_SAYS_NO, 60.0),
}
PLAYBOOK_PATIENCE = 5.0  # seconds; then a runner is killed instead
TRY_AGAIN_KILL, TRY_AGAIN = 0.1, 2.0  # seconds from one look for a victim to the next
NOBODY = "none there"


class Faults:
    """Begins faults, heals those whose time is over, and counts what came of each."""

    def __init__(self, system: System) -> None:
        self.outcomes: dict[str, Counter[str]] = defaultdict(Counter)
        self._system = system
        self._heals: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self._begin: dict[str, Begin] = {
            **RunnerFaults(system.runners).begin,
            **ClusterFaults(system.cluster).begin,
            **ObjectFaults(system.cluster, system.files).begin,
            **NetworkFaults(system.proxy, system.callers, system.journal).begin,
        }

    @property
    def kills(self) -> int:
        """Number of runners and playbooks killed so far."""
        return sum(
            number
            for kind in fault_kinds.KILLS
            for outcome, number in self.outcomes[kind].items()
            if outcome != NOBODY
        )

    @property
    def begun(self) -> int:
        """Number of faults so far."""
        return sum(outcomes.total() for outcomes in self.outcomes.values())

    @property
    def healed(self) -> bool:
        """True if no fault lasts."""
        return not self._heals

    def begin(self, fault: Fault, late: float) -> float | None:
        """Begin a fault, so many seconds late; where its victim is missing, say when to retry."""
        begun = self._begin[fault.kind](fault)
        if begun is None and fault.kind == fault_kinds.KILL_PLAYBOOK and late > PLAYBOOK_PATIENCE:
            begun = self._kill_runner_instead(fault)
        if begun is None and late > PATIENCE[fault.kind]:
            begun = Begun(NOBODY)
        if begun is None:
            return TRY_AGAIN_KILL if fault.kind in fault_kinds.KILLS else TRY_AGAIN
        self.outcomes[fault.kind][begun.outcome] += 1
        if begun.heal:
            self._heal_later(fault, begun.heal)
        return None

    def heal_due(self) -> None:
        """Heal what has lasted long enough; what cannot be healed now is soon tried again."""
        while self._heals and self._heals[0][0] <= time.monotonic():
            _, number, heal = heapq.heappop(self._heals)
            try:
                heal()
            except ClusterError:
                heapq.heappush(self._heals, (time.monotonic() + TRY_AGAIN, number, heal))

    def _heal_later(self, fault: Fault, heal: Callable[[], None]) -> None:
        began = time.monotonic()
        due = began + float(fault.parameters["seconds"])

        def heal_and_note() -> None:
            heal()
            if fault.kind in fault_kinds.CLUSTER_SAYS_NO:
                where = fault.parameters["namespace"]
                self._system.journal.note(fault.kind, began, due, namespace=where)

        heapq.heappush(self._heals, (due, next(self._numbers), heal_and_note))

    def _kill_runner_instead(self, fault: Fault) -> Begun | None:
        number = int(fault.parameters["pick"] * RUNNERS)
        killed = self._system.runners.kill(number)
        return Begun("none there: a runner killed") if killed else None
