"""Runs of the playbook report: what each gets of all that is known."""

from __future__ import annotations

from sqs_k8s_jobs.playbooks.playbook import Run
from sqs_k8s_jobs.playbooks.plays import Plays
from sqs_k8s_jobs.playbooks.proven import Proven
from sqs_k8s_jobs.report.unwritable import Unwritable
from sqs_k8s_jobs.workqueue.endpoints import Endpoints


class ReportRuns:
    """Runs the playbook report with the last good variables."""

    def __init__(
        self, plays: Plays, proven: Proven, endpoints: Endpoints, unwritable: Unwritable
    ) -> None:
        self._plays = plays
        self._proven = proven
        self._endpoints = endpoints
        self._unwritable = unwritable

    def run(self, digests: list[str]) -> Run:
        """Report the Jobs and records of these ids."""
        return self._plays.report(
            digests,
            self._proven.inputs,
            self._unwritable.namespaces(),
            self._endpoints.answering(digests),
        )
