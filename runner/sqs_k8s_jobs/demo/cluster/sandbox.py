"""The demo's namespace in a shared cluster, and its objects there."""

from __future__ import annotations

import secrets
import string
from typing import Any

from sqs_k8s_jobs.cluster import predicates
from sqs_k8s_jobs.cluster.api import FAULTS
from sqs_k8s_jobs.demo.cluster import removal
from sqs_k8s_jobs.demo.cluster.api import Api, error_text
from sqs_k8s_jobs.errors import OperatorError

NAME = "sqs-k8s-jobs-demo"
LABEL = "app.kubernetes.io/part-of"
END = string.ascii_lowercase + string.digits
PAGE = 500  # Jobs of others of which namespaces are named


class Sandbox:
    """A namespace of the demo's own, or an existing one; all of its objects have its label."""

    def __init__(self, api: Api, given: str = "") -> None:
        self._api = api
        self.end = "".join(secrets.choice(END) for _ in range(4))
        self.name = f"{NAME}-{self.end}"
        self.namespace = given or self.name
        self.is_created = not given
        self.labels = {LABEL: self.name}
        self._selector = f"{LABEL}={self.name}"

    def check_no_other_runner(self) -> None:
        """Raise OperatorError where Jobs of the service are none of this demo's.

        The demo's runner would see them like its own, and report them to their callers.
        """
        jobs = self._api.batch.list_job_for_all_namespaces(
            label_selector=f"{predicates.ID_LABEL},{LABEL}!={self.name}", limit=PAGE
        )
        self._raise_if_any("Jobs", sorted({one.metadata.namespace for one in jobs.items}))

    @property
    def description(self) -> str:
        """The objects that are removed at the end."""
        space = f"the namespace {self.namespace}"
        return space if self.is_created else f"all that the demo made in {space}"

    def check_usable(self) -> None:
        """Raise OperatorError where the given namespace is missing or has records of others."""
        if not self.is_created:
            if removal.ignore_missing(self._api.core.read_namespace, self.namespace) is None:
                raise OperatorError(f"{self._api.name} has no namespace {self.namespace}")
            records = self._api.core.list_namespaced_config_map(
                self.namespace, label_selector=predicates.ID_LABEL, limit=1
            )
            self._raise_if_any("records", [self.namespace] if records.items else [])

    def _raise_if_any(self, things: str, namespaces: list[str]) -> None:
        if namespaces:
            raise OperatorError(
                f"{self._api.name} has {things} of another runner of this service, in"
                f" {', '.join(namespaces)}: the demo's runner would report them as well, so the"
                " demo does not run here"
            )

    def create(self, claim: str) -> None:
        """Make the namespace, where none was given, and the volume claim, where it has a name."""
        core = self._api.core
        if self.is_created:
            metadata: dict[str, Any] = {"name": self.namespace, "labels": self.labels}
            core.create_namespace({"metadata": metadata})
        if claim:
            spec = {
                "accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": "1Gi"}},
            }
            metadata = {"name": claim, "labels": self.labels}
            core.create_namespaced_persistent_volume_claim(
                self.namespace, {"metadata": metadata, "spec": spec}
            )

    def remove(self, claim: str) -> None:
        """Remove all objects, and wait until they are gone; OperatorError where they stay.

        Pods come first: those that go with their Jobs have 30 s, which cannot be shortened later.
        """
        try:
            removal.remove_pods(self._api, self.namespace, self._selector)
            removal.remove_jobs(self._api, self.namespace, self._selector)
            removal.remove_records(self._api, self.namespace, predicates.ID_LABEL)
            if claim:
                removal.ignore_missing(
                    self._api.core.delete_namespaced_persistent_volume_claim, claim, self.namespace
                )
            gone = removal.wait_until(lambda: self._is_empty(claim)) and self._remove_namespace()
        except FAULTS as exc:
            raise OperatorError(f"{self._by_hand()} ({error_text(exc)})") from exc
        if not gone:
            raise OperatorError(self._by_hand())

    def _remove_namespace(self) -> bool:
        """Remove it once its Pods are gone: otherwise Kubernetes checks again after 16 s."""
        core = self._api.core
        if not self.is_created:
            return True
        removal.ignore_missing(core.delete_namespace, self.namespace)
        read = removal.ignore_missing
        return removal.wait_until(lambda: read(core.read_namespace, self.namespace) is None)

    def _is_empty(self, claim: str) -> bool:
        core, read = self._api.core, removal.ignore_missing
        if core.list_namespaced_pod(self.namespace, label_selector=self._selector).items:
            return False
        there = core.read_namespaced_persistent_volume_claim
        return not claim or read(there, claim, self.namespace) is None

    def _by_hand(self) -> str:
        text = (
            f"not all of the demo could be removed from the namespace {self.namespace}; later:"
            f" ansible-playbook playbooks/release_jobs.yml -e only_namespace={self.namespace}"
        )
        return (
            f"{text}, then kubectl delete namespace {self.namespace}" if self.is_created else text
        )
