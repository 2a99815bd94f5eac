"""Playing a plan to its end: messages and faults, then healing, then waiting for quiet."""

from __future__ import annotations

import heapq
import json
import time

from . import progress
from .faults import Faults
from .files import Files
from .messages import ELSEWHERE_SHARE, Message, make_messages
from .plan import Plan
from .processes import reap_adopted
from .progress import say
from .sender import Sender
from .settlement import Settlement
from .system import System

TICK_SECONDS = 0.1
PROGRESS_SECONDS = 10.0
MOST_TIMES = 6  # as long as something moves, this often as long as patience lasts
LINGER_SECONDS = 12.0  # longer than a resync: whoever would tell twice has had the occasion


class Run:
    """One run of a plan on a system."""

    def __init__(self, plan: Plan, system: System) -> None:
        self.faults = Faults(system)
        self._plan = plan
        self._system = system
        size = (plan.messages, plan.seconds)
        urls = system.callers.urls
        written: list[Message] = make_messages(plan.seed, *size, urls, ELSEWHERE_SHARE)
        self._expected = {json.loads(one.body)["id"]: one.body for one in written if one.told}
        self._settlement = Settlement(system, self._expected)
        self._sender = Sender(system.queues, written, system.files)
        self._told_at = 0.0

    def play(self, patience: float) -> None:
        """Play the plan, heal everything, and wait until nothing is left to do.

        `patience` is for how many seconds nothing may move, which a slow machine can't change.
        """
        self._sender.start()
        self._inject()
        say("every fault has passed; everything is healed")
        quiet = self._settle(patience)
        say("quiet" if quiet else f"not quiet: still for {patience:.0f} s, or moving all the time")
        self._sender.stop()
        say(f"stopping the runners; {self._system.runners.stop()} processes had to be killed")

    def _inject(self) -> None:
        started = time.monotonic()
        pending = [(fault.at, number, fault) for number, fault in enumerate(self._plan.faults)]
        heapq.heapify(pending)
        while pending or not self.faults.healed or not self._sender.done:
            now = time.monotonic() - started
            if pending and pending[0][0] <= now:
                _, number, fault = heapq.heappop(pending)
                again = self.faults.begin(fault, now - fault.at)
                if again is not None:
                    heapq.heappush(pending, (now + again, number, fault))
            self._tick("faults")
        if self._system.cluster.control_plane:
            self._system.cluster.control_plane.wait_ready()
        self._system.look_again_at_pods()

    def _settle(self, patience: float) -> bool:
        """Wait; tell whether all ended and stayed quiet for a moment."""
        state = self._state()
        moved_at = began = time.monotonic()
        while not self._settlement.is_reached():
            now, before, state = time.monotonic(), state, self._state()
            moved_at = now if state != before else moved_at
            if now > moved_at + patience or now > began + MOST_TIMES * patience:
                return False
            self._tick("settling")
            time.sleep(1.0)
        quiet_at = time.monotonic() + LINGER_SECONDS
        while time.monotonic() < quiet_at:
            self._tick("lingering")
        return True

    def _state(self) -> tuple[int, int]:
        """Return the counts that rise while work is left: received ends, and requests."""
        return self._system.callers.ended(), self._system.callers.requests

    def _tick(self, phase: str) -> None:
        self.faults.heal_due()
        self._system.supervise()
        if time.monotonic() - self._told_at > PROGRESS_SECONDS:
            self._told_at = time.monotonic()
            self._tell(phase)
            reap_adopted(self._system.own_children())
        time.sleep(TICK_SECONDS)

    def _tell(self, phase: str) -> None:
        system = self._system
        ended = system.callers.ended()
        say(
            f"{phase}: sent {self._sender.sent}/{self._sender.total},"
            f" ended {ended}/{len(self._expected)},"
            f" kills {self.faults.kills}/{self._plan.kills},"
            f" faults {self.faults.begun}/{len(self._plan.faults)},"
            f" callbacks heard {system.callers.requests}"
        )


def run(plan: Plan, files: Files, patience: float) -> Faults:
    """Run a plan from nothing to files that can be judged; return what came of its faults."""
    files.fresh()
    with System(files) as system:
        say(f"two runners work; messages and faults for {plan.seconds:.0f} s")
        one = Run(plan, system)
        one.play(patience)
        system.dump_receipts()
        system.dump_queues()
        _count(one.faults, system)
    say(f"all is stopped after {progress.elapsed():.0f} s")
    return one.faults


def _count(faults: Faults, system: System) -> None:
    """Put down what went without being told to, as a fault nobody planned."""
    if system.runners.ended_by_themselves:
        faults.outcomes["(runner ended by itself)"]["started again"] += (
            system.runners.ended_by_themselves
        )
    if system.crashed:
        faults.outcomes["(control plane ended by itself)"]["started again"] += system.crashed
