"""Runs of the playbook submit: what each gets of all that is known, and what is learned from it."""

from __future__ import annotations

from dataclasses import dataclass

from sqs_k8s_jobs.playbooks.live_config import LiveConfig
from sqs_k8s_jobs.playbooks.playbook_run import RunResult
from sqs_k8s_jobs.playbooks.playbooks import Playbooks
from sqs_k8s_jobs.playbooks.submission import Submission
from sqs_k8s_jobs.report import attempts
from sqs_k8s_jobs.report.unwritable import Unwritable
from sqs_k8s_jobs.workqueue.endpoints import Endpoints


@dataclass(frozen=True)
class SubmitRuns:
    """Runs the playbook submit with the last good template and variables."""

    playbooks: Playbooks
    live_config: LiveConfig
    endpoints: Endpoints
    unwritable: Unwritable

    def may_run(self) -> bool:
        """Try what operators have changed; False for as long as nothing has ever passed."""
        return self.live_config.reload_if_changed()

    def run(self, given: Submission) -> RunResult:
        """Submit messages, and take notice of endpoints and of namespaces by what came of it."""
        done = self.playbooks.submit(
            given,
            self.live_config.config,
            self.endpoints.slow(),
            self.unwritable.namespaces(),
        )
        attempts.log_attempts(done, self.endpoints.saw_promptness)
        self.unwritable.note(done)
        return done
