"""Runs of the playbook report: what each gets of all that is known."""

from __future__ import annotations

from dataclasses import dataclass

from sqs_k8s_jobs.playbooks.live_config import LiveConfig
from sqs_k8s_jobs.playbooks.playbook_run import RunResult
from sqs_k8s_jobs.playbooks.playbooks import Playbooks
from sqs_k8s_jobs.report.unwritable import Unwritable
from sqs_k8s_jobs.workqueue.endpoints import Endpoints


@dataclass(frozen=True)
class ReportRuns:
    """Runs the playbook report with the last good variables."""

    playbooks: Playbooks
    live_config: LiveConfig
    endpoints: Endpoints
    unwritable: Unwritable

    def run(self, digests: list[str]) -> RunResult:
        """Report the Jobs and records of these ids."""
        return self.playbooks.report(
            digests,
            self.live_config.config,
            self.unwritable.namespaces(),
            self.endpoints.answering(digests),
        )
