"""The runner as a child process, as its users start it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from cluster import Cluster

from kit.builders.variables import OWN
from kit.servers.sqs import QueuePair
from kit.wait import until

STOP_SECONDS = 180.0  # after which something is broken, not slow


class Runner:
    """The command sqs-k8s-jobs with its queue and its log; several may run at once."""

    def __init__(
        self,
        cluster: Cluster,
        queue: QueuePair,
        folder: Path,
        command: tuple[str, ...] = (sys.executable, "-m", "sqs_k8s_jobs"),
    ) -> None:
        self.queue = queue
        self._command = command
        self.log_file = folder / "runner.log"
        self.variables_file = folder / "variables.json"
        self.set_variables()
        self.environment = {
            **os.environ,
            **queue.environment,
            "SQS_K8S_JOBS_QUEUE_URL": queue.url,
            "SQS_K8S_JOBS_KUBECONFIG": str(cluster.kubeconfig),
            "SQS_K8S_JOBS_CONTEXT": cluster.context,
            "SQS_K8S_JOBS_VARIABLES_FILE": str(self.variables_file),
            "SQS_K8S_JOBS_RECORD_NAMESPACE": OWN["report_record_namespace"],
            "SQS_K8S_JOBS_RECEIVE_WAIT_TIME": "2",
            "SQS_K8S_JOBS_RETRY_BACKOFF": "1",
        }
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self, **environment: str) -> subprocess.Popen[bytes]:
        """Start `sqs-k8s-jobs run` and return once it works."""
        log_size = len(self.log())
        with self.log_file.open("ab") as log:
            process = subprocess.Popen(
                [*self._command, "run"],
                env={**self.environment, **environment},
                stderr=log,
            )
        self._processes.append(process)
        until(
            lambda: " runner started " in self.log()[log_size:] or process.poll() is not None,
            "the runner has started",
        )
        assert process.poll() is None, self.log()
        return process

    def set_variables(self, **variables: Any) -> None:
        """Give the playbooks these variables from now on, beside those that tests need."""
        self.variables_file.write_text(json.dumps({**OWN, **variables}), "utf-8")

    def call(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the command to its end."""
        return subprocess.run(
            [*self._command, *arguments],
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def log(self) -> str:
        """Return what the runner has logged."""
        return self.log_file.read_text("utf-8") if self.log_file.exists() else ""

    def said(self, words: str) -> str:
        """Return the first line of the log with these words, once it is there."""
        until(lambda: words in self.log(), f"the log says {words!r}")
        return next(line for line in self.log().splitlines() if words in line)

    def stop(self) -> None:
        """End every runner that still runs, in order."""
        for process in self._processes:
            if process.poll() is None:
                process.terminate()
        for process in self._processes:
            process.wait(STOP_SECONDS)
