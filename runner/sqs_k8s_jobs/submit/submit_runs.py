"""Runs of the playbook submit: what each gets of all that is known, and what is learned from it."""

from __future__ import annotations

from sqs_k8s_jobs.playbooks.playbook import Run
from sqs_k8s_jobs.playbooks.plays import Plays
from sqs_k8s_jobs.playbooks.proven import Proven
from sqs_k8s_jobs.playbooks.submission import Submission
from sqs_k8s_jobs.report import answers
from sqs_k8s_jobs.report.unwritable import Unwritable
from sqs_k8s_jobs.workqueue.endpoints import Endpoints


class SubmitRuns:
    """Runs the playbook submit with the last good template and variables."""

    def __init__(
        self, plays: Plays, proven: Proven, endpoints: Endpoints, unwritable: Unwritable
    ) -> None:
        self._plays = plays
        self._proven = proven
        self._endpoints = endpoints
        self._unwritable = unwritable

    def may_run(self) -> bool:
        """Try what operators have changed; False for as long as nothing has ever passed."""
        return self._proven.refresh()

    def run(self, given: Submission) -> Run:
        """Submit messages, and take notice of endpoints and of namespaces by what came of it."""
        done = self._plays.submit(
            given,
            self._proven.inputs,
            self._endpoints.not_prompt(),
            self._unwritable.namespaces(),
        )
        answers.take_notice(done, self._endpoints.saw_promptness)
        self._unwritable.note(done)
        return done
