"""The runner of the demo: the very command that its users start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from sqs_k8s_jobs.demo.cluster.cluster import DemoCluster
from sqs_k8s_jobs.settings import ENVIRONMENT_PREFIX

STOP_SECONDS = 60  # for the runner to finish what it began
POLL_SECONDS = "1"  # of a long poll, for the end of which the runner waits when it stops
LAST = 20  # lines of its log


class DemoRunner:
    """A process, for as long as a `with` block lasts. It has no settings but the demo's."""

    def __init__(self, cluster: DemoCluster, queue_url: str, folder: Path) -> None:
        self.log = folder / "runner.log"
        variables = folder / "variables.json"
        variables.write_text(json.dumps(cluster.variables), "utf-8")
        self._settings = {
            "QUEUE_URL": queue_url,
            "CONTEXT": cluster.settings.context,
            "KUBECONFIG": cluster.settings.kubeconfig,
            "ALLOW_NONSTRICT_CERTIFICATES": str(cluster.settings.allow_nonstrict_certificates),
            "RECORD_NAMESPACE": cluster.settings.record_namespace,
            "VARIABLES_FILE": str(variables),
            "RECEIVE_WAIT_TIME": POLL_SECONDS,
        }

    def __enter__(self) -> DemoRunner:
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(ENVIRONMENT_PREFIX)
        }
        own = {ENVIRONMENT_PREFIX + name: value for name, value in self._settings.items() if value}
        with self.log.open("wb") as stream:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "sqs_k8s_jobs", "run"],
                env={**environment, **own},
                stderr=stream,
                start_new_session=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def has_ended(self) -> bool:
        """True if it has stopped by itself, which is an error."""
        return self._process.poll() is not None

    def failure_text(self) -> str:
        """Return the end of its log."""
        lines = self.log.read_text("utf-8").splitlines()[-LAST:]
        return "\n".join(["NOT what was expected; the end of the runner's log:", *lines])
