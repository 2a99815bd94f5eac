"""What the demo asks of the cluster: a Pod's log, and to take back the Jobs that it made."""

from __future__ import annotations

import hashlib

import kubernetes.client

from sqs_k8s_jobs import wake, watcher
from sqs_k8s_jobs.demo.progress import Progress
from sqs_k8s_jobs.settings import Settings

ID_DIGITS = 32  # hexadecimal, of an id's digest: how the collection labels what is an id's


class Pods:
    """The cluster's pods and Jobs, as far as the demo made them."""

    def __init__(self, settings: Settings) -> None:
        client = watcher.connect(settings)
        self._record_namespace = settings.record_namespace
        self._core = kubernetes.client.CoreV1Api(client)
        self._batch = kubernetes.client.BatchV1Api(client)

    def log(self, one: Progress) -> str:
        """Return what a case's container printed."""
        namespace = one.message["job"]["namespace"]
        try:
            return str(self._core.read_namespaced_pod_log(one.pod_name, namespace))
        except watcher.FAULTS as exc:
            return f"(no log: {exc})"

    def remove(self, progress: list[Progress]) -> None:
        """Let go of the Jobs of these cases and delete them, with their pods and records.

        Their ids are free again then: a demo a minute later sends the same ones.
        """
        for one in progress:
            digest = hashlib.sha256(one.message["id"].encode()).hexdigest()[:ID_DIGITS]
            self._core.delete_collection_namespaced_config_map(
                self._record_namespace, label_selector=f"{wake.ID_LABEL}={digest}"
            )
            if one.job_name:
                where = (one.job_name, one.message["job"]["namespace"])
                try:
                    self._batch.patch_namespaced_job(*where, {"metadata": {"finalizers": None}})
                    self._batch.delete_namespaced_job(*where, propagation_policy="Background")
                except kubernetes.client.ApiException as exc:
                    if exc.status != 404:
                        raise
