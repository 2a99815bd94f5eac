"""What surrounds the deployed runner: a cluster, SQS and callers, where pods reach them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from chaos.callers import Callers
from chaos.files import Files
from chaos.letters import NAMESPACE
from chaos.proxy import Proxy
from chaos.queues import Queues
from cluster import Cluster, ClusterError
from cluster.process import Undo
from support.prometheus import Prometheus, serving
from support.started import Started

DUMP_SECONDS = 60.0  # longer than the visibility timeout: what a killed runner held comes back
CALLERS = 3
PORT = 9464  # of the metrics
ALERTS = Path(__file__).resolve().parents[2] / "docs" / "monitoring" / "alerts.yml"


class System(Started):
    """All of it, while a `with` block lasts. Nothing here has addresses of services: a pod reaches
    what listens on its node's address.
    """

    cluster: Cluster
    queues: Queues
    to_queues: Proxy
    to_cluster: Proxy
    callers: Callers
    prometheus: Prometheus

    def __init__(self, files: Files, image: Path) -> None:
        """`image` is the archive that the real node gets."""
        self.files = files
        self._image = image
        self._targets = files.folder / "targets.json"

    @property
    def host(self) -> str:
        """Where pods reach all this."""
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

    def dump_queues(self) -> None:
        """Write down what is left in the queues."""
        self.files.queues.write_text(json.dumps(self.queues.dump(DUMP_SECONDS), indent=1), "utf-8")

    def _start(self, stack: ExitStack) -> None:
        undo = Undo()
        stack.callback(undo.everything)
        self.cluster = stack.enter_context(
            Cluster(
                fake_nodes=2,
                demo=True,
                state=self.files.folder,
                audit_log=self.files.audit / "audit.log",
                images=[self._image],
            )
        )
        self.cluster.kubectl("create", "namespace", NAMESPACE)
        self.queues = stack.enter_context(Queues())
        self.to_queues = stack.enter_context(Proxy(self.queues.port, self.host))
        self.to_cluster = stack.enter_context(Proxy(self._api_port(), self.host))
        self.callers = Callers(self.files, undo, CALLERS, host=self.host)
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
