"""Reporting: the Jobs and records that are wanted are reported, in lanes side by side."""

from __future__ import annotations

import threading

from sqs_k8s_jobs.backoff import fault_backoff_seconds
from sqs_k8s_jobs.cluster.leader import AlwaysLeader, Leader
from sqs_k8s_jobs.in_flight.rejector import Rejector
from sqs_k8s_jobs.observability.health import Health
from sqs_k8s_jobs.playbooks.playbook_run import RunResult
from sqs_k8s_jobs.report import attempts
from sqs_k8s_jobs.report.batch_sizes import BatchSizes
from sqs_k8s_jobs.report.report_runs import ReportRuns
from sqs_k8s_jobs.report.unwritable import Unwritable
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.workqueue.endpoints import Endpoints
from sqs_k8s_jobs.workqueue.workqueue import WorkQueue

EXCEPTION = 99
SMALL_BATCH = 20  # Jobs; a report of no more is followed by the next one at once
BATCH_WAIT_FACTOR = 2.0  # of the time that a report of more took
BATCH_WAIT_MAX = 15.0  # seconds
IDLE_SECONDS = 1.0  # seconds in which nothing has come: there is no more to wait for
STANDBY_POLL_SECONDS = 0.2  # seconds between two looks whether this runner reports


class Reporter:
    """One report after the other in each lane. When a callback that was not accepted is tried
    again stands on its Job, where the watch sees it.
    """

    def __init__(
        self,
        workqueue: WorkQueue,
        endpoints: Endpoints,
        rejector: Rejector,
        leader: Leader | AlwaysLeader,
        unwritable: Unwritable,
        runs: ReportRuns,
        settings: Settings,
        health: Health,
    ) -> None:
        self._workqueue = workqueue
        self._endpoints = endpoints
        self._rejector = rejector
        self._leader = leader
        self._unwritable = unwritable
        self._runs = runs
        self._settings = settings
        self._health = health
        self._sizes = BatchSizes(settings.report_batch_size)

    def work(self, lane: str, stopping: threading.Event) -> None:
        """Report a lane's ids until stopped, with a backoff after a failed report.

        After a report of many, as many as one may have come together again, or what does in twice
        the time that it took, as long as more is coming: a Job that starts and ends meanwhile costs
        one report and not two.
        """
        failed = 0
        while self._may_report(stopping) and (digests := self._take(lane)):
            if not self._leader.is_leader():  # no longer, while nothing was wanted
                self._put_back(digests, lane)
                continue
            done = self.report(digests, lane)
            failed = failed + 1 if done.error else 0
            if failed:
                stopping.wait(fault_backoff_seconds(failed, self._settings))
            elif len(digests) > SMALL_BATCH:
                most = min(BATCH_WAIT_FACTOR * done.seconds, BATCH_WAIT_MAX)
                self._workqueue.wait_for_batch(self._sizes.of(lane), most, IDLE_SECONDS, lane)

    def report(self, digests: list[str], lane: str) -> RunResult:
        """Report these ids' Jobs; return the run, which has an error where it failed itself.

        What could not be written for an operator to set right comes again after a pause, or once
        something can be written there.
        """
        done = self._runs.run(digests)
        attempts.log_attempts(done, self._endpoints.saw, self._rejector.message_ids)
        for accepted in (True, False):
            self._rejector.rejection_attempted(_with_exception(done, accepted), accepted)
        for digest, seconds in self._unwritable.learn(done, digests).items():
            if seconds:
                self._workqueue.defer(digest, seconds)
                self._workqueue.add(digest, lane)
            else:
                self._workqueue.undefer(digest)
        if done.error:
            self._health.fault(f"report {lane}", done.error)
            if done.ended_in is not None:
                self._make_smaller(digests, lane)
            self._put_back(digests, lane)
        else:
            self._health.clear_fault(f"report {lane}")
            self._sizes.ended(lane)
            self._want_postponed(done)
            self._workqueue.done(digests)
        return done

    def _may_report(self, stopping: threading.Event) -> bool:
        """Wait until this runner is the leader; False where it stops before."""
        while not self._leader.is_leader():
            self._unwritable.forget()
            if stopping.wait(STANDBY_POLL_SECONDS):
                return False
        return True

    def _take(self, lane: str) -> list[str]:
        return self._workqueue.get_batch(self._sizes.of(lane), lane)

    def _want_postponed(self, done: RunResult) -> None:
        """Add ids whose endpoint had no time; a silent one's have a backoff on their Jobs."""
        for event in done.of_kind("postponed"):
            if not event["silent"]:
                lane = self._endpoints.lane(event["endpoint"])
                self._workqueue.add(attempts.digest(event), lane, event["endpoint"])

    def _make_smaller(self, digests: list[str], lane: str) -> None:
        """Report fewer at a time; an id that is cut short alone no longer delays the others."""
        seconds = self._sizes.cut_short(lane, digests)
        for digest in digests if seconds else []:
            self._workqueue.defer(digest, seconds)

    def _put_back(self, digests: list[str], lane: str) -> None:
        for digest in digests:
            self._workqueue.add(digest, lane)
        self._workqueue.done(digests)


def _with_exception(done: RunResult, accepted: bool) -> list[str]:
    """Return whose callers have accepted their 99, or have not, or could not be asked."""
    answered = [one for one in done.of_kind("status") if one["accepted"] == accepted]
    silent = [one for one in done.of_kind("postponed") if one["silent"] and not accepted]
    return [attempts.digest(one) for one in answered + silent if one["status"] == EXCEPTION]
