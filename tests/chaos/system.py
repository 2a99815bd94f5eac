"""Everything that a run consists of, started in order and ended in order."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack

from cluster.process import Process

from .base_system import BaseSystem
from .callers import Callers
from .files import Files
from .journal import Journal
from .messages import NAMESPACES
from .proxy import Proxy
from .runners import Runners

WEBHOOK_TIMEOUT = 3  # seconds: an endpoint that hangs is soon known
VISIBILITY_TIMEOUT = 30
MAX_RECEIVES = 3  # as on most queues that people publish
SETTINGS = {
    "SQS_K8S_JOBS_RECORD_NAMESPACE": "default",  # it is there
    "SQS_K8S_JOBS_RECEIVE_WAIT_TIME": "2",
    "SQS_K8S_JOBS_RETRY_BACKOFF": "1",
    "SQS_K8S_JOBS_RETRY_BACKOFF_MAX": "5",
    "SQS_K8S_JOBS_RESYNC_INTERVAL": "10",
    "SQS_K8S_JOBS_VISIBILITY_TIMEOUT": str(VISIBILITY_TIMEOUT),
    "SQS_K8S_JOBS_LOG_FORMAT": "json",  # the checker reads of it what was taken for accepted
}
VARIABLES = {  # of the roles; seconds
    "report_webhook_timeout": WEBHOOK_TIMEOUT,
    "report_retry_backoff": 1,
    "report_retry_backoff_max": 10,
    "report_webhook_allow": ["127.0.0.0/8"],
    "submit_policy_namespaces": list(NAMESPACES),
}


class System(BaseSystem):
    """A control plane, queues behind a proxy, callers and runners, while a `with` block lasts."""

    proxy: Proxy
    callers: Callers
    runners: Runners

    dump_seconds = 40.0

    def __init__(self, files: Files) -> None:
        super().__init__(files)
        self.journal = Journal(files.journal)
        self.crashed = 0  # parts of the cluster that ended by themselves

    def supervise(self) -> None:
        """Start again what has ended without being told to."""
        self.runners.supervise()
        for part in self._cluster_parts():
            if part.pid and not part.alive:
                self.crashed += 1
                part.start()

    def look_again_at_pods(self) -> None:
        """Start the fake kubelet again: a status that met a killed etcd, it tries no second time.

        A real one does, so a Pod whose only status was lost would be no fault of the cluster's.
        """
        if self.cluster.fake_nodes:
            self.cluster.fake_nodes.process.kill()
            self.cluster.fake_nodes.process.start()

    def own_children(self) -> set[int]:
        """The processes that somebody here waits for."""
        pids = [part.pid for part in self._cluster_parts()]
        return {pid for pid in (*pids, *self.runners.pids, self.callers.pid) if pid}

    def _cluster_parts(self) -> list[Process]:
        plane, nodes = self.cluster.control_plane, self.cluster.fake_nodes
        return [*(plane.processes if plane else []), *([nodes.process] if nodes else [])]

    def _start(self, stack: ExitStack) -> None:
        self._start_judged(stack)
        self.queues.pair.give_at_most(MAX_RECEIVES)
        self.proxy = stack.enter_context(Proxy(self.queues.port))
        self.callers = Callers(self.files, self.undo)
        self.callers.start()
        stack.callback(self.callers.stop)
        self.runners = Runners(self.files, self._runner_environment(), self.undo)
        stack.callback(self.runners.stop)
        self.runners.start()

    def _runner_environment(self) -> dict[str, str]:
        """A runner's environment: SQS is where the proxy is."""
        variables = self.files.folder / "variables.json"
        variables.write_text(json.dumps(VARIABLES), "utf-8")
        return {
            **os.environ,
            **SETTINGS,
            **self.queues.environment_through(self.proxy.port),
            "SQS_K8S_JOBS_KUBECONFIG": str(self.cluster.kubeconfig),
            "SQS_K8S_JOBS_CONTEXT": self.cluster.context,
            "SQS_K8S_JOBS_VARIABLES_FILE": str(variables),
        }
