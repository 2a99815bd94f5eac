"""Faults of the runners: they and their playbooks are killed, their clocks and disks go wrong."""

from __future__ import annotations

from . import fault_kinds
from .begun_fault import Begin, Begun
from .plan import Fault
from .runners import Runners


class RunnerFaults:
    """Begins them."""

    def __init__(self, runners: Runners) -> None:
        self._runners = runners
        self.begin: dict[str, Begin] = {
            fault_kinds.KILL_RUNNER: self._kill_runner,
            fault_kinds.KILL_PLAYBOOK: self._kill_playbook,
            fault_kinds.NOBODY_REPORTS: self._nobody_reports,
            fault_kinds.CLOCK_STEPPED: self._step_clock,
            fault_kinds.DISK_FULL: self._fill_disk,
        }

    def _kill_runner(self, fault: Fault) -> Begun | None:
        killed = self._runners.kill(fault.parameters["runner"])
        return Begun("killed, started again") if killed else None

    def _kill_playbook(self, fault: Fault) -> Begun | None:
        killed = self._runners.kill_playbook(fault.parameters["pick"])
        return Begun("killed") if killed else None

    def _nobody_reports(self, fault: Fault) -> Begun:
        self._runners.hold_down()
        return Begun(f"for {fault.parameters['seconds']:g} s", self._runners.release)

    def _step_clock(self, fault: Fault) -> Begun:
        clock = self._runners.clocks[fault.parameters["runner"]]
        step = float(fault.parameters["step"])
        clock.set(step)
        return Begun(f"by {step:+g} s, and back", lambda: clock.set(0.0))

    def _fill_disk(self, fault: Fault) -> Begun:
        disk = self._runners.disks[fault.parameters["runner"]]
        if not disk.fill():
            return Begun("not possible here: only root can mount a small one")
        return Begun("full, cleared", disk.clear)
