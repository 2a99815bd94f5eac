"""Surroundings of the deployed runner: a cluster, SQS and callers that pods reach."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from chaos.base_system import BaseSystem
from chaos.callers import Callers
from chaos.files import Files
from chaos.proxy import Proxy
from cluster import ClusterError
from kit.paths import DOCS
from kit.processes.prometheus import Prometheus, serving

CALLERS = 3
PORT = 9464  # of the metrics
ACCESS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}  # for KEDA
ALERTS = DOCS / "operations" / "monitoring" / "alerts.yml"


class System(BaseSystem):
    """All of it, while a `with` block lasts. Nothing here has addresses of services: a pod reaches
    what listens on its node's address.
    """

    to_queues: Proxy
    to_cluster: Proxy
    callers: Callers
    prometheus: Prometheus

    def __init__(self, files: Files, image: Path) -> None:
        """`image` is the archive that the real node gets."""
        super().__init__(files)
        self._image = image
        self._targets = files.folder / "targets.json"

    @property
    def host(self) -> str:
        """Its address for pods."""
        if not self.cluster.node_address:
            raise ClusterError(str(self.cluster.why_no_real_node))
        return self.cluster.node_address

    def scrape(self, pods: Mapping[str, str]) -> None:
        """Have Prometheus scrape these pods from now on: the addresses by their names."""
        groups = [
            {"targets": [f"{address}:{PORT}"], "labels": {"instance": name}}
            for name, address in pods.items()
        ]
        new = self._targets.with_suffix(".new")
        new.write_text(json.dumps(groups), "utf-8")
        new.rename(self._targets)

    def _start(self, stack: ExitStack) -> None:
        self._start_judged(stack, demo=True, images=[self._image], keda=ACCESS)
        self.to_queues = stack.enter_context(Proxy(self.queues.port, self.host))
        self.to_cluster = stack.enter_context(Proxy(self._api_port(), self.host))
        self.callers = Callers(self.files, self.undo, CALLERS, host=self.host)
        self.callers.start()
        stack.callback(self.callers.stop)
        self.prometheus = stack.enter_context(
            serving({"file_sd_configs": [{"files": [str(self._targets)]}]}, ALERTS, self.files.logs)
        )

    def _api_port(self) -> int:
        plane = self.cluster.control_plane
        port = urlsplit(plane.server).port if plane else None
        if port is None:
            raise ClusterError("there is no control plane of our own")
        return port
