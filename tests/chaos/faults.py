"""What each fault does, and how it is healed."""

from __future__ import annotations

import heapq
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import count

from cluster.controlplane import ControlPlane
from cluster.errors import ClusterError

from . import kinds
from .letters import NAMESPACE
from .plan import RUNNERS, Fault
from .system import System

PATIENCE = {  # seconds to wait for a victim
    kinds.KILL_RUNNER: 180.0,
    kinds.KILL_PLAYBOOK: 180.0,
    kinds.JOB_DELETED: 20.0,
    kinds.POD_DELETED: 20.0,
}
PLAYBOOK_PATIENCE = 5.0  # seconds; then a runner is killed instead
TRY_AGAIN_KILL, TRY_AGAIN = 0.1, 2.0  # seconds from one look for a victim to the next
ACTIVE_SHARE = 0.8  # of the Jobs deleted by hand: the others have ended
NOBODY = "none there"
UNFINISHED = "--field-selector=status.successful=0"
RUNNING = "--field-selector=status.phase=Running"


class Faults:
    """Begins faults, heals those whose time is over, and counts what came of each."""

    def __init__(self, system: System) -> None:
        self.outcomes: dict[str, Counter[str]] = defaultdict(Counter)
        self._system = system
        self._heals: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()
        self._begin: dict[str, Callable[[Fault], str | None]] = {
            kinds.KILL_RUNNER: self._kill_runner,
            kinds.KILL_PLAYBOOK: self._kill_playbook,
            kinds.API_SERVER_DOWN: self._api_server_down,
            kinds.ETCD_DOWN: self._etcd_down,
            kinds.SQS_UNREACHABLE: self._sqs_unreachable,
            kinds.JOB_DELETED: self._job_deleted,
            kinds.POD_DELETED: self._pod_deleted,
            kinds.NOBODY_REPORTS: self._nobody_reports,
            **dict.fromkeys(kinds.ENDPOINT_MODES, self._endpoint),
        }

    @property
    def kills(self) -> int:
        """How many runners and playbooks were killed so far."""
        return sum(
            number
            for kind in kinds.KILLS
            for outcome, number in self.outcomes[kind].items()
            if outcome != NOBODY
        )

    @property
    def begun(self) -> int:
        """How many faults there were so far."""
        return sum(outcomes.total() for outcomes in self.outcomes.values())

    @property
    def healed(self) -> bool:
        """Whether no fault lasts."""
        return not self._heals

    def begin(self, fault: Fault, late: float) -> float | None:
        """Begin a fault, so many seconds late; where its victim is missing, say when to retry."""
        outcome = self._begin[fault.kind](fault)
        if outcome is None and fault.kind == kinds.KILL_PLAYBOOK and late > PLAYBOOK_PATIENCE:
            outcome = self._kill_runner_instead(fault)
        if outcome is None and late > PATIENCE[fault.kind]:
            outcome = NOBODY
        if outcome is None:
            return TRY_AGAIN_KILL if fault.kind in kinds.KILLS else TRY_AGAIN
        self.outcomes[fault.kind][outcome] += 1
        return None

    def heal_due(self) -> None:
        """Heal what has lasted long enough."""
        while self._heals and self._heals[0][0] <= time.monotonic():
            heapq.heappop(self._heals)[2]()

    def _for_a_while(self, fault: Fault, heal: Callable[[], None]) -> None:
        at = time.monotonic() + float(fault.parameters["seconds"])
        heapq.heappush(self._heals, (at, next(self._numbers), heal))

    def _kill_runner_instead(self, fault: Fault) -> str | None:
        number = int(fault.parameters["pick"] * RUNNERS)
        return "none there: a runner killed" if self._system.runners.kill(number) else None

    def _kill_runner(self, fault: Fault) -> str | None:
        killed = self._system.runners.kill(fault.parameters["runner"])
        return "killed, started again" if killed else None

    def _kill_playbook(self, fault: Fault) -> str | None:
        return "killed" if self._system.runners.kill_playbook(fault.parameters["pick"]) else None

    def _api_server_down(self, fault: Fault) -> str:
        plane = self._plane()
        plane.stop_apiserver()
        self._for_a_while(fault, lambda: plane.start_apiserver(wait=False))
        return "killed, started again"

    def _etcd_down(self, fault: Fault) -> str:
        plane = self._plane()
        plane.stop_etcd()
        self._for_a_while(fault, lambda: plane.start_etcd(wait=False))
        return "killed, started again"

    def _sqs_unreachable(self, fault: Fault) -> str:
        silent = bool(fault.parameters["silent"])
        self._system.proxy.cut(silent)
        self._for_a_while(fault, self._system.proxy.restore)
        return "silent, restored" if silent else "refused, restored"

    def _endpoint(self, fault: Fault) -> str:
        number = int(fault.parameters["endpoint"])
        self._system.callers.answer(number, kinds.ENDPOINT_MODES[fault.kind])
        self._for_a_while(fault, lambda: self._system.callers.answer(number, "ok"))
        return "for a while"

    def _nobody_reports(self, fault: Fault) -> str:
        self._system.runners.hold_down()
        self._for_a_while(fault, self._system.runners.release)
        return f"for {fault.parameters['seconds']:g} s"

    def _job_deleted(self, fault: Fault) -> str | None:
        active = fault.parameters["pick"] < ACTIVE_SHARE
        return self._delete("job", [UNFINISHED] if active else [], fault.parameters["pick"])

    def _pod_deleted(self, fault: Fault) -> str | None:
        return self._delete("pod", [RUNNING], fault.parameters["pick"])

    def _delete(self, kind: str, selector: list[str], pick: float) -> str | None:
        """Delete a random object as an operator would; it is logged first."""
        kubectl = self._system.cluster.kubectl
        common = ("-n", NAMESPACE, "--request-timeout=5s")
        try:
            names = kubectl("get", kind, *common, *selector, "-o", "name").split()
            if not names:
                return None
            name = names[int(pick * len(names))].rpartition("/")[2]
            with self._system.files.by_hand.open("a", encoding="utf-8") as log:
                log.write(json.dumps({"kind": kind, "name": name}) + "\n")
            kubectl("delete", kind, name, *common, "--wait=false")
        except ClusterError as error:
            return "was gone" if "NotFound" in str(error) else None
        return "deleted"

    def _plane(self) -> ControlPlane:
        plane = self._system.cluster.control_plane
        if plane is None:
            raise ClusterError("there is no control plane of our own")
        return plane
