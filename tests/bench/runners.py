"""The runners that are measured: those of this checkout, each in a group of its own."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from cluster import ClusterError
from cluster.guard import until
from cluster.process import Process, Undo
from kit.builders.variables import OWN
from kit.servers.sqs import QueuePair

from .cgroups import Cgroup
from .progress import say

START_SECONDS = 120.0
STOP_SECONDS = 20.0  # what is measured is over: nothing gets lost
SETTLE_SECONDS = 120.0
QUIET_SECONDS = 2.0
QUIET_SHARE = 0.02  # of a core: less is no work


class Runner:
    """One `sqs-k8s-jobs run`, and all that it starts."""

    def __init__(
        self, name: str, folder: Path, group: Cgroup, environment: Mapping[str, str], undo: Undo
    ) -> None:
        self.group = group
        self.log = folder / f"{name}.log"
        command = [*group.prefix(), sys.executable, "-m", "sqs_k8s_jobs", "run"]
        self._process = Process(name, command, self.log, undo, environment)

    def start(self) -> float:
        """Start it; return the moment at which it works, in monotonic seconds."""
        self._process.start()
        self._process.wait_until(self._works, "the runner works", START_SECONDS)
        return time.monotonic()

    def check(self) -> None:
        """Raise ClusterError where it has ended without being told to."""
        if not self._process.alive:
            raise ClusterError(f"the runner has ended:\n{self._process.tail(2)}")

    def settle(self) -> None:
        """Wait until it has nothing to do, by the CPU that it uses, or for so long."""
        used, end = self.group.cpu_seconds(), time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < end:
            time.sleep(QUIET_SECONDS)
            before, used = used, self.group.cpu_seconds()
            if used - before < QUIET_SHARE * QUIET_SECONDS:
                return
        say(f"  still at work after {SETTLE_SECONDS:.0f} s; going on")

    def stop(self) -> None:
        """End it in order, then whatever it has left."""
        if self._process.alive and self._process.pid:
            os.kill(self._process.pid, signal.SIGTERM)
            until(lambda: not self._process.alive, STOP_SECONDS)
        self.group.kill()
        self._process.kill()

    def _works(self) -> bool:
        return " runner started " in self.log.read_text("utf-8", "replace")


def environment(
    folder: Path, kubeconfig: Path, context: str, queues: list[QueuePair]
) -> dict[str, str]:
    """Return a runner's environment: its surroundings; every other setting is at its default."""
    variables = folder / "variables.json"
    variables.write_text(json.dumps(OWN), "utf-8")
    others = {n: value for n, value in os.environ.items() if not n.startswith("SQS_K8S_JOBS_")}
    return {
        **others,
        **queues[0].environment,
        **for_queues(queues),
        "SQS_K8S_JOBS_KUBECONFIG": str(kubeconfig),
        "SQS_K8S_JOBS_CONTEXT": context,
        "SQS_K8S_JOBS_LEADER_ELECTION_LEASE": "bench",
        "SQS_K8S_JOBS_RECORD_NAMESPACE": "default",  # it is there
        "SQS_K8S_JOBS_VARIABLES_FILE": str(variables),
    }


def for_queues(queues: list[QueuePair]) -> dict[str, str]:
    """Return the setting for the queues of a runner, all of the same weight."""
    return {"SQS_K8S_JOBS_QUEUE_URL": " ".join(queue.url for queue in queues)}
