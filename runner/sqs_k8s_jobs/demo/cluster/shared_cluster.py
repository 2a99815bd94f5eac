"""A shared cluster, in which the demo uses one namespace."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqs_k8s_jobs.cluster.api import FAULTS
from sqs_k8s_jobs.demo import signals
from sqs_k8s_jobs.demo.cases import Case
from sqs_k8s_jobs.demo.cluster import capabilities, permissions
from sqs_k8s_jobs.demo.cluster.adapted_cases import AdaptedCases
from sqs_k8s_jobs.demo.cluster.api import Api, error_text
from sqs_k8s_jobs.demo.cluster.cluster import LOOPBACK
from sqs_k8s_jobs.demo.cluster.sandbox import Sandbox
from sqs_k8s_jobs.demo.progress import Progress
from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.settings import Settings


class SharedCluster:
    """A cluster whose nodes run the possible cases, in a new or a named namespace."""

    def __init__(self, settings: Settings, namespace: str = "") -> None:
        self._api = Api(settings)
        self._sandbox = Sandbox(self._api, namespace)
        with self._faults():
            found = capabilities.detect(self._api)
        claim = f"ps-pvc-{self._sandbox.end}" if found.volumes else ""
        self._adapted = AdaptedCases(self._sandbox.namespace, claim, found)
        self.settings = replace(settings, record_namespace=self._sandbox.namespace)
        self.cases = self._adapted.cases

    @property
    def variables(self) -> Mapping[str, Any]:
        """Variables that limit Jobs to the namespace, and callbacks to the demo."""
        return {
            **LOOPBACK,
            "report_webhook_hosts": ["127.0.0.1"],
            "submit_policy_namespaces": [self._sandbox.namespace],
            "submit_job_labels": self._sandbox.labels,
            "submit_job_gpu_tolerations": list(self._adapted.capabilities.gpu_tolerations),
        }

    def message(self, case: Case, url: str) -> dict[str, Any]:
        """Return the message for this namespace and these nodes."""
        return self._adapted.message(case, url)

    @contextlib.contextmanager
    def prepared(self) -> Iterator[None]:
        """Say what is made and removed before anything else is printed or done."""
        sandbox, claim = self._sandbox, self._adapted.claim
        with self._faults():
            permissions.check(
                self._api,
                sandbox.namespace,
                creates_namespace=sandbox.is_created,
                claim=bool(claim),
            )
            sandbox.check_usable()
        self.check()
        print(self._announcement(), *self._adapted.skipped, sep="\n", flush=True)
        try:
            with self._faults():
                sandbox.create(claim)
            yield
        finally:
            signals.ignore()
            sandbox.remove(claim)
            print(f"removed {sandbox.description}", flush=True)

    def check(self) -> None:
        """Stop where another runner of this service has Jobs."""
        with self._faults():
            self._sandbox.check_no_other_runner()

    def print_log(self, seed: Progress) -> bool:
        """Print the log; who may not read it sees why."""
        printed = self._api.log(seed.message["job"]["namespace"], seed.pod_name)
        print(f"the container of {seed.job_name} printed: {printed}")
        return True

    def _announcement(self) -> str:
        sandbox, where = self._sandbox, f"demo in {self._api.name}"
        jobs = f"{sum(case.creates_job for case in self.cases)} Jobs"
        more = " and a volume claim" if self._adapted.claim else ""
        if sandbox.is_created:
            made = f"the namespace {sandbox.namespace} with {jobs}{more}"
            return f"{where}: creates {made}, and removes it at the end"
        made = f"{jobs}, their ConfigMaps{more}"
        return (
            f"{where}: creates {made} in the namespace {sandbox.namespace}, and removes them at"
            " the end"
        )

    @contextlib.contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except FAULTS as exc:
            raise OperatorError(f"{self._api.name}: {error_text(exc)}") from exc
