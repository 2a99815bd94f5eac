"""The evidence of a run: an audited cluster, queues, and what is left in them."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import Any, ClassVar

from cluster import Cluster
from cluster.process import Undo
from kit.processes.component import Component

from .files import Files
from .messages import NAMESPACES
from .queues import Queues

OURS = "sqs-k8s.jobs/id"  # a label


class BaseSystem(Component):
    """A system whose evidence the checker reads; what else it consists of, a subclass starts."""

    # Longer than the visibility timeout: what killed runners held comes back.
    dump_seconds: ClassVar[float] = 60.0

    undo: Undo
    cluster: Cluster
    queues: Queues

    def __init__(self, files: Files) -> None:
        self.files = files

    def dump_queues(self) -> None:
        """Write down what is left in the queues."""
        left = self.queues.dump(self.dump_seconds)
        self.files.queues.write_text(json.dumps(left, indent=1), "utf-8")

    def dump_receipts(self) -> None:
        """Write down which callbacks Jobs and records say were accepted."""
        text = self.cluster.kubectl("get", "jobs,configmaps", "-A", "-l", OURS, "-o", "json")
        objects = [one["metadata"] for one in json.loads(text)["items"]]
        wanted = ("name", "namespace", "annotations")
        found = [{name: one.get(name) for name in wanted} for one in objects]
        self.files.receipts.write_text(json.dumps(found, indent=1), "utf-8")

    def _start_judged(self, stack: ExitStack, **more: Any) -> None:
        """Start cluster and queues; the cluster has more than fake nodes where that is wanted."""
        self.undo = Undo()
        stack.callback(self.undo.everything)
        self.cluster = stack.enter_context(
            Cluster(
                fake_nodes=2,
                state=self.files.folder,
                audit_log=self.files.audit / "audit.log",
                **more,
            )
        )
        for namespace in NAMESPACES:
            self.cluster.kubectl("create", "namespace", namespace)
        self.queues = stack.enter_context(Queues(self.files.custody))
