"""Reporting: the Jobs that are wanted are reported, those not accepted again after a pause."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sqs_k8s_jobs import log
from sqs_k8s_jobs.pauses import pause
from sqs_k8s_jobs.playbook import Run
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.wanted import Wanted

RunReport = Callable[[list[str]], Run]


class Reporter:
    """One report after the other. The tries that it counts are only for the pauses: what was
    accepted stands on the Job, and a resync finds what is still due.
    """

    def __init__(self, wanted: Wanted, settings: Settings, run_report: RunReport) -> None:
        self._wanted = wanted
        self._settings = settings
        self._run_report = run_report
        self._tries: dict[str, int] = {}
        self._failed_runs = 0

    def work(self, stopping: threading.Event) -> None:
        """Report until there is nothing more to take; pause after a run that failed."""
        while digests := self._wanted.take(self._settings.report_limit):
            if self.report(digests):
                self._failed_runs = 0
            else:
                self._failed_runs += 1
                stopping.wait(self._pause(self._failed_runs))

    def report(self, digests: list[str]) -> bool:
        """Report these ids' Jobs; False where the run itself failed."""
        done = self._run_report(digests)
        refused = set()
        for event in done.of_kind("status"):
            _log(event)
            if not event["accepted"]:
                refused.add(event["id_label"])
        for digest in refused:
            self._tries[digest] = self._tries.get(digest, 0) + 1
            self._wanted.put_off(digest, self._pause(self._tries[digest]))
        for digest in set(digests) - refused:
            self._tries.pop(digest, None)
            if done.error:
                self._wanted.add(digest)
        if done.error:
            log.error("report failed", jobs=len(digests), error=done.error)
        return done.error is None

    def _pause(self, tries: int) -> float:
        return pause(tries, self._settings.retry_pause, self._settings.retry_pause_limit)


def _log(event: dict[str, Any]) -> None:
    values = {"id": event["id"], "job": event["job"], "status": event["status"]}
    values.update(event["error_detail"] or {})
    if event["accepted"]:
        log.info("callback accepted", **values)
    else:
        log.warning("callback not accepted", **values, error=event["error"])
