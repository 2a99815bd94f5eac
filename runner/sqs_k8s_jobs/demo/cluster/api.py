"""The demo's access to Kubernetes: its API, and the texts of its errors."""

from __future__ import annotations

import json
from typing import Any

import kubernetes.client
import kubernetes.config

from sqs_k8s_jobs.cluster import certificates
from sqs_k8s_jobs.cluster.api import FAULTS, configuration
from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.settings import Settings

FIRST_SECONDS = (5, 30)  # to connect, and for the answer to the first request


class Api:
    """The parts of the API that the demo uses, for the cluster that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self.name = f"the cluster of context {settings.context}"
        server = ""
        try:
            found = configuration(settings.kubeconfig, settings.context)
            client = kubernetes.client.ApiClient(found)
            server = found.host
            certificates.heed(client, settings)
            self.version = kubernetes.client.VersionApi(client).get_code(
                _request_timeout=FIRST_SECONDS
            )
        except (*FAULTS, kubernetes.config.ConfigException) as exc:
            failed = certificates.explained(error_text(exc), settings, server)
            raise OperatorError(f"{self.name} cannot be used: {failed}") from exc
        self.core = kubernetes.client.CoreV1Api(client)
        self.batch = kubernetes.client.BatchV1Api(client)
        self.storage = kubernetes.client.StorageV1Api(client)
        self._authorization = kubernetes.client.AuthorizationV1Api(client)

    def is_allowed(self, verb: str, resource: str, group: str = "", namespace: str = "") -> bool:
        """Tell whether the cluster lets this user do so; in all namespaces without a namespace."""
        asked = {"verb": verb, "resource": resource, "group": group, "namespace": namespace}
        review = {"spec": {"resourceAttributes": asked}}
        answer = self._authorization.create_self_subject_access_review(review)
        return bool(answer.status.allowed)

    def log(self, namespace: str, pod: str) -> str:
        """Return what a pod's container printed, or why that is not known."""
        try:
            # Versions of the client treat a string differently.
            answer = self.core.read_namespaced_pod_log(pod, namespace, _preload_content=False)
            return str(answer.data.decode("utf-8", "replace")).strip()
        except FAULTS as exc:
            return f"(no log: {error_text(exc)})"


def status(exc: BaseException) -> int | None:
    """Return the HTTP status of what the API has answered, if it has."""
    return exc.status if isinstance(exc, kubernetes.client.ApiException) else None


def error_text(exc: BaseException) -> str:
    """Return an error in a line, in the API's own words where it has any."""
    if not isinstance(exc, kubernetes.client.ApiException):
        return " ".join(str(exc).split()) or type(exc).__name__
    try:
        answer: Any = json.loads(exc.body or "{}")
        return f"{exc.status} {answer.get('message') or exc.reason}"
    except (ValueError, AttributeError):
        return f"{exc.status} {exc.reason}"
