"""A runner's pages, read over HTTP."""

from __future__ import annotations

import urllib3
from cluster.ports import free_ports
from prometheus_client.parser import text_string_to_metric_families


class MetricsClient:
    """Pages at an address that a runner is to be given: SQS_K8S_JOBS_METRICS_BIND_ADDRESS."""

    def __init__(self) -> None:
        self.address = f"127.0.0.1:{free_ports(1)[0]}"
        self._pool = urllib3.PoolManager(retries=False)

    def page(self, path: str) -> tuple[int, str]:
        """Return a page's code and text."""
        answer = self._pool.request("GET", f"http://{self.address}{path}")
        return answer.status, answer.data.decode()

    def value(self, name: str, **labels: str) -> float:
        """Return the sum of one metric's values with these labels."""
        return sum(
            sample.value
            for family in text_string_to_metric_families(self.page("/metrics")[1])
            for sample in family.samples
            if sample.name == f"sqs_k8s_jobs_{name}" and labels.items() <= sample.labels.items()
        )
