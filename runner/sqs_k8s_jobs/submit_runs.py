"""Runs of the playbook submit: what each gets of all that is known, and what is learned from it."""

from __future__ import annotations

from sqs_k8s_jobs import answers
from sqs_k8s_jobs.endpoints import Endpoints
from sqs_k8s_jobs.playbook import Run
from sqs_k8s_jobs.plays import Plays
from sqs_k8s_jobs.proven import Proven
from sqs_k8s_jobs.submission import Submission
from sqs_k8s_jobs.unwritable import Unwritable


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
