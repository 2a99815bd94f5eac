"""All that is measured: a control plane, SQS, callers, and runners that are started when wanted."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from chaos.callers import Callers
from chaos.files import Files
from kit.servers.sqs import QueuePair

from . import runners, sqs
from .callback_log import COMPLETE, CREATED, RUNNING, CallbackLog
from .plane import Plane
from .progress import Progress
from .runners import Runner

LOOK_SECONDS = 0.1
PATIENCE = 1800.0
MEMORY = Path("/dev/shm")
SQS, CALLERS, RUNNER = "sqs", "callers", "runner"


class System(Plane):
    """Everything but the load; each part's CPU is accounted by its name."""

    queues: list[QueuePair]
    callers: Callers
    callback_log: CallbackLog
    runners: list[Runner]
    temp_dir: Path

    def __init__(
        self,
        folder: Path,
        *,
        count: int = 1,
        queues: int = 1,
        quota: float | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """`count` runners serve `queues` queues; `quota` is what each may use, in cores."""
        super().__init__(folder)
        self._count, self._queue_count, self._quota = count, queues, quota
        self._settings = settings or {}

    @property
    def url(self) -> str:
        """The callers' URL."""
        return self.callers.urls[0]

    def start_runners(self) -> float:
        """Start all; return the moment at which the last one works."""
        return [runner.start() for runner in self.runners][-1]

    def settle(self) -> None:
        """Wait until no runner has anything to do."""
        for runner in self.runners:
            runner.settle()

    def of_runners(self) -> float:
        """Return the CPU seconds that the runners and all that they start have used so far."""
        return sum(runner.group.cpu_seconds() for runner in self.runners)

    def check(self) -> None:
        """Raise ClusterError where a runner has ended."""
        for runner in self.runners:
            runner.check()

    def wait_told(self, status: int, count: int, what: str) -> None:
        """Wait until so many ids have been told a status."""
        progress, end = Progress(what, count), time.monotonic() + PATIENCE
        while (done := self.callback_log.count(status)) < count:
            if time.monotonic() > end:
                raise RuntimeError(f"{what}: {done} of {count} in {PATIENCE:.0f} s")
            self.check()
            told = [self.callback_log.count(one) for one in (CREATED, RUNNING, COMPLETE)]
            progress.at(done, f" (told 0: {told[0]}, 1: {told[1]}, 2: {told[2]})")
            time.sleep(LOOK_SECONDS)

    def wait_over(self, count: int, what: str) -> float:
        """Wait until so many ids were told their end and no message is left; return when."""
        self.wait_told(COMPLETE, count, what)
        told = max(self.callback_log.moments(COMPLETE).values())
        if all(queue.is_empty() for queue in self.queues):
            return told
        while not all(queue.is_empty() for queue in self.queues):
            time.sleep(LOOK_SECONDS)
        return time.monotonic()

    def _start(self, stack: ExitStack) -> None:
        super()._start(stack)
        server, self.queues = sqs.start(
            self.folder, self.undo, self.account(SQS).prefix(), self._queue_count
        )
        stack.callback(server.kill)
        files = Files(self.folder / "callers")
        files.fresh()
        self.callers = Callers(files, self.undo, 1, self.account(CALLERS).prefix())
        self.callers.start()
        stack.callback(self.callers.stop)
        self.callback_log = CallbackLog(self.callers)
        self.temp_dir = Path(tempfile.mkdtemp(prefix="bench-", dir=memory()))
        self.undo.note(tree=str(self.temp_dir))
        self.runners = [self._runner(number) for number in range(self._count)]
        for runner in self.runners:
            stack.callback(runner.stop)

    def _runner(self, number: int) -> Runner:
        name = f"{RUNNER}-{number}"
        environment = runners.environment(
            self.folder, self.cluster.kubeconfig, self.cluster.context, self.queues
        )
        environment["SQS_K8S_JOBS_TEMP_DIR"] = str(self.temp_dir)  # in memory, as by default
        group = self.account(name, self._quota)
        return Runner(name, self.folder, group, {**environment, **self._settings}, self.undo)


def memory() -> Path | None:
    """Return the folder in memory; None, for the system's own, where there is none."""
    return MEMORY if os.access(MEMORY, os.W_OK) else None
