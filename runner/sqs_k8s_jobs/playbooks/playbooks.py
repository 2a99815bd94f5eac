"""The playbooks that a runner runs, with what each of them gets, and by what it is run."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from sqs_k8s_jobs.fork_server.supervisor import ForkServers
from sqs_k8s_jobs.playbooks import playbook_run
from sqs_k8s_jobs.playbooks.playbook_run import RunConfig, RunResult
from sqs_k8s_jobs.playbooks.submission import Submission
from sqs_k8s_jobs.settings import Settings

MESSAGE_ID = re.compile(r"[A-Za-z0-9-]+")  # SQS's own
ARN = re.compile(r"arn:[A-Za-z0-9:._-]+")
SENDER_ID = re.compile(r"[A-Za-z0-9:+=,.@_-]+")  # a role's has a session's name in it
INLINE_CALLBACK_LIMIT = 20  # new Jobs whose callers hear at once that they exist
CREATION_TIMEOUT = 20  # seconds from the first creation of a run to the last that begins
JOBS_PER_CALL, CAUTIOUS_JOBS_PER_CALL = 18, 5  # between two calls a run looks at the time


class Observer(Protocol):
    """An observer of each run."""

    def observe_run(self, playbook: str, size: int, done: RunResult) -> None:
        """A run for so many messages or Jobs is over."""


class Playbooks:
    """Runs playbooks on the fork servers, while these do no worse than cold runs."""

    def __init__(self, settings: Settings, observer: Observer) -> None:
        self._settings = settings
        self._observer = observer
        self._fork_servers = (
            ForkServers(playbook_run.temp_dir(settings)) if settings.fork_server else None
        )
        self._doubted: dict[str, str] = {}  # playbook to its error in fork servers
        self._cut_short: dict[str, str] = {}  # playbook to the error of its last forked run

    def submit(
        self,
        given: Submission,
        config: RunConfig,
        slow: Sequence[str] = (),
        unwritable: Sequence[str] = (),
    ) -> RunResult:
        """Turn messages into Jobs.

        SQS's ids distinguish messages that it redelivers from those that were sent again.
        Of a few new Jobs their callers hear at once, but for endpoints that are not prompt, and
        namespaces in which it could not be recorded.
        """
        variables = {
            "submit_record_namespace": self._settings.record_namespace,
            "submit_inline_callback_limit": INLINE_CALLBACK_LIMIT,
            "submit_creation_timeout": CREATION_TIMEOUT,
            "submit_jobs_per_call": CAUTIOUS_JOBS_PER_CALL if given.cautious else JOBS_PER_CALL,
            "submit_traceparents": dict(given.traceparents),
            "submit_message_ids": _plain(given.message_ids, MESSAGE_ID),
            "submit_queues": _plain(given.queues, ARN),
            "submit_senders": _plain(given.senders, SENDER_ID),
            "submit_waiting_namespaces": _hidden(given.waiting),
            "submit_probes": list(given.probes),
            "submit_give_up": list(given.give_up),
            "submit_stalled": list(given.stalled),
            "report_slow_endpoints": list(slow),
            "report_unwritable_namespaces": list(unwritable),
            "report_queue_count": len(self._settings.weights),
        }
        name, files = self._settings.submit_playbook, dict(given.files)
        return self._timed("submit", len(files), name, config, variables, files, cold=given.alone)

    def report(
        self,
        digests: list[str],
        config: RunConfig,
        unwritable: Sequence[str] = (),
        answering: Mapping[str, str] | None = None,
    ) -> RunResult:
        """Report the Jobs and records of these ids; in unwritable namespaces after a test write.

        Of their endpoints, those that are known to answer at the servers named come first.
        """
        variables = {
            "report_digests": digests,
            "report_record_namespace": self._settings.record_namespace,
            "report_unwritable_namespaces": list(unwritable),
            "report_answering_endpoints": dict(answering or {}),
            "report_queue_count": len(self._settings.weights),
        }
        name = self._settings.report_playbook
        return self._timed("report", len(digests), name, config, variables)

    def golden(self, config: RunConfig) -> RunResult:
        """Try the golden cases with these config."""
        return self._timed("golden", 1, self._settings.golden_playbook, config, {})

    def end(self) -> None:
        """End the fork servers."""
        if self._fork_servers:
            self._fork_servers.stop()

    def _timed(
        self,
        kind: str,
        size: int,
        name: str,
        config: RunConfig,
        variables: dict[str, Any],
        files: dict[str, str] | None = None,
        *,
        cold: bool = False,
    ) -> RunResult:
        began = time.monotonic()
        done = self._run(name, config, variables, files, cold=cold)
        done = replace(done, seconds=time.monotonic() - began)
        self._observer.observe_run(kind, size, done)
        return done

    def _run(
        self,
        name: str,
        config: RunConfig,
        variables: dict[str, Any],
        files: dict[str, str] | None,
        *,
        cold: bool,
    ) -> RunResult:
        doubt = self._doubted.pop(name, None)
        is_cold = cold or doubt is not None
        executables = (
            self._fork_servers.executables() if self._fork_servers and not is_cold else None
        )
        config = replace(config, executables=executables)
        done = playbook_run.run(name, self._settings, config, variables, files)
        if executables and (done.ended_in or not done.error):
            self._weigh(name, done)
        elif executables and done.error:
            self._doubted[name] = done.error  # the next one tells whose fault that is
        elif self._fork_servers and doubt is not None and not done.error:
            self._fork_servers.disable(doubt)
        return done

    def _weigh(self, name: str, done: RunResult) -> None:
        """Suspect the fork servers after two cut runs in a row: a single one may be a message's."""
        if self._fork_servers and done.error and self._cut_short.pop(name, None):
            self._fork_servers.disable(done.error)
        elif done.error:
            self._cut_short[name] = done.error
        else:
            self._cut_short.pop(name, None)


def _hidden(reasons: Mapping[str, str]) -> dict[str, str]:
    """Return texts of others in base64: Ansible evaluates what variables of a run hold."""
    return {name: base64.b64encode(text.encode()).decode() for name, text in reasons.items()}


def _plain(texts: Mapping[str, str], form: re.Pattern[str]) -> dict[str, str]:
    """Return strings in SQS's form only: Ansible would evaluate others."""
    return {key: one for key, one in texts.items() if form.fullmatch(one)}
