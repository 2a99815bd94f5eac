"""The cluster of `make demo`, which has the nodes and the claim that the messages name."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqs_k8s_jobs.demo import signals
from sqs_k8s_jobs.demo.cases import CASES, Case
from sqs_k8s_jobs.demo.cluster import removal
from sqs_k8s_jobs.demo.cluster.api import Api
from sqs_k8s_jobs.demo.cluster.cluster import LOOPBACK
from sqs_k8s_jobs.demo.progress import Progress
from sqs_k8s_jobs.settings import Settings


class PreparedCluster:
    """Every case runs, as it stands; `python -m cluster exec --demo` has made what they need."""

    cases: Sequence[Case] = CASES
    variables: Mapping[str, Any] = LOOPBACK

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._api = Api(settings)

    def message(self, case: Case, url: str) -> dict[str, Any]:
        """Return the message as it stands."""
        return case.message(url)

    @contextlib.contextmanager
    def prepared(self) -> Iterator[None]:
        """Make nothing; at the end remove the Jobs and the records."""
        why_not = os.environ.get("CLUSTER_WHY_NO_REAL_NODE")
        if why_not:
            print(f"the node k8s-node-1 is a fake one, so no container really runs: {why_not}")
        try:
            yield
        finally:
            signals.ignore()
            messages = [case.message("") for case in CASES]
            ids = removal.ids_selector(messages)
            for namespace in sorted({one["job"]["namespace"] for one in messages}):
                removal.remove_jobs(self._api, namespace, ids)
            removal.remove_records(self._api, self.settings.record_namespace, ids)

    def check(self) -> None:
        """Go on: the cluster is the demo's."""

    def print_log(self, seed: Progress) -> bool:
        """Print the log where a container really ran; it must be right."""
        if os.environ.get("CLUSTER_REAL_NODE") != "1":
            return True
        printed = self._api.log(seed.message["job"]["namespace"], seed.pod_name)
        print(f"the container of {seed.job_name} printed: {printed}")
        return "Hello World" in printed
