"""Runs of the playbook report: what each gets of all that is known."""

from __future__ import annotations

from sqs_k8s_jobs.playbooks.live_config import LiveConfig
from sqs_k8s_jobs.playbooks.playbook_run import RunResult
from sqs_k8s_jobs.playbooks.playbooks import Playbooks
from sqs_k8s_jobs.report.unwritable import Unwritable
from sqs_k8s_jobs.workqueue.endpoints import Endpoints


class ReportRuns:
    """Runs the playbook report with the last good variables."""

    def __init__(
        self,
        playbooks: Playbooks,
        live_config: LiveConfig,
        endpoints: Endpoints,
        unwritable: Unwritable,
    ) -> None:
        self._playbooks = playbooks
        self._live_config = live_config
        self._endpoints = endpoints
        self._unwritable = unwritable

    def run(self, digests: list[str]) -> RunResult:
        """Report the Jobs and records of these ids."""
        return self._playbooks.report(
            digests,
            self._live_config.inputs,
            self._unwritable.namespaces(),
            self._endpoints.answering(digests),
        )
