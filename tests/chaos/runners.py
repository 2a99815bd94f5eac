"""The runners side by side, as a supervisor has them: one that ends is started again."""

from __future__ import annotations

import os
import signal
import sys
import time
import uuid
from collections.abc import Mapping
from pathlib import Path

from cluster.process import Process, Undo

from . import fault_kinds, processes
from .clocks import Clock
from .disks import Disk
from .files import Files
from .journal import Journal
from .plan import RUNNERS

MARK = "CHAOS_RUN"
START_SECONDS = 180.0
STOP_SECONDS = 180.0
ORPHAN_SECONDS = 15.0
RESTART_PAUSE = 1.0  # seconds, for a runner that ended by itself
PLAYBOOK = "ansible-playbook"
ACCESS_KEY = "AWS_ACCESS_KEY_ID"
RUN_DIR = "runs"


class Runners:
    """Starts, kills and supervises the runners, and finds their playbooks."""

    def __init__(self, files: Files, environment: Mapping[str, str], undo: Undo) -> None:
        self.ended_by_themselves = 0
        self.clocks = [Clock(files.folder / f"clock-{number}") for number in range(RUNNERS)]
        self.disks = [Disk(files.runs / str(number) / RUN_DIR) for number in range(RUNNERS)]
        self._journal = Journal(files.journal)
        self._undo = undo
        self._mark = f"{MARK}={uuid.uuid4().hex}"
        name, _, value = self._mark.partition("=")
        self._logs = [files.logs / f"runner-{number}.log" for number in range(RUNNERS)]
        self._runners = [
            Process(
                f"runner {number}",
                [sys.executable, "-m", "sqs_k8s_jobs", "run"],
                log,
                undo,
                {
                    **environment,
                    **_folders(files.runs / str(number)),
                    **self.clocks[number].environment,
                    ACCESS_KEY: runner_key(number),
                    "PATH": f"{Path(sys.executable).parent}:{environment.get('PATH', '')}",
                    name: value,
                },
            )
            for number, log in enumerate(self._logs)
        ]
        self._held = False
        self._start_after = [0.0] * RUNNERS

    @property
    def pids(self) -> list[int | None]:
        """The runners' processes."""
        return [runner.pid for runner in self._runners]

    def start(self) -> None:
        """Start all, and wait until they work."""
        for disk in self.disks:
            disk.mount(self._undo)
        for number, runner in enumerate(self._runners):
            runner.start()
            runner.wait_until(lambda log=self._logs[number]: _works(log), "it works", START_SECONDS)  # type: ignore[misc]

    def kill(self, number: int) -> bool:
        """Kill a runner and start it again; False where it is not running just now."""
        runner = self._runners[number]
        if not runner.alive:
            return False
        self._kill(number)
        if not self._held:
            runner.start()
        return True

    def kill_playbook(self, pick: float) -> bool:
        """Kill one of the processes of the runners' playbooks; False where there is none."""
        found = [
            (runner.pid, pid)
            for runner in self._runners
            if runner.pid
            for pid in processes.descendants(runner.pid)
            if PLAYBOOK in processes.command_line(pid)
        ]
        return bool(found) and processes.kill_descendant(*found[int(pick * len(found))])

    def supervise(self) -> None:
        """Start runners that have ended by themselves, a moment after."""
        if self._held:
            return
        now = time.monotonic()
        for number, runner in enumerate(self._runners):
            if runner.alive:
                self._start_after[number] = 0.0
            elif not self._start_after[number]:
                self._start_after[number] = now + RESTART_PAUSE
                self.ended_by_themselves += 1
            elif now >= self._start_after[number]:
                self._start_after[number] = 0.0
                runner.start()

    def hold_down(self) -> None:
        """Kill all, and start none until released."""
        self._held = True
        for number in range(RUNNERS):
            self._kill(number)

    def release(self) -> None:
        """Start those that were held down."""
        if self._held:
            self._held = False
            for runner in self._runners:
                runner.start()

    def stop(self) -> int:
        """End all in order, then what they have left running; return how many had to be killed."""
        self._held = True
        for runner in self._runners:
            if runner.alive and runner.pid:
                os.kill(runner.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while any(runner.alive for runner in self._runners) and time.monotonic() < deadline:
            time.sleep(0.1)
        killed = sum(runner.alive for runner in self._runners)
        for runner in self._runners:
            runner.kill()
        killed += processes.end_marked(self._mark, ORPHAN_SECONDS)
        for disk in self.disks:
            disk.unmount()
        return killed

    def _kill(self, number: int) -> None:
        """Kill a runner; it is noted, as it held messages."""
        began = time.monotonic()
        self._runners[number].kill()
        self._journal.note(fault_kinds.KILL_RUNNER, began, time.monotonic(), by=runner_key(number))


def runner_key(number: int) -> str:
    """Return the access key by which SQS's API knows a runner."""
    return f"runner-{number}"


def _folders(runs: Path) -> dict[str, str]:
    """Make temporary folders, and return their variables: files that kills leave stay here."""
    for name in ("tmp", RUN_DIR, "ansible"):
        (runs / name).mkdir(parents=True)
    return {
        "SQS_K8S_JOBS_TEMP_DIR": str(runs / RUN_DIR),
        "ANSIBLE_REMOTE_TEMP": str(runs / "ansible"),
        "TMPDIR": str(runs / "tmp"),
    }


def _works(log: Path) -> bool:
    return '"action": "runner started"' in log.read_text("utf-8", "replace")
