"""The runner as a whole: which part runs in which thread, and how all of them end."""

from __future__ import annotations

import functools
import signal
import threading
from collections.abc import Callable
from typing import Any

from sqs_k8s_jobs import log, playbook, receiver, sqs, visibility, watcher
from sqs_k8s_jobs.endpoints import FAST, LANES, Endpoints
from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.hand import Hand
from sqs_k8s_jobs.health import Health
from sqs_k8s_jobs.proven import Proven
from sqs_k8s_jobs.reporter import Reporter
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.settling import Settling
from sqs_k8s_jobs.submitter import Submitter
from sqs_k8s_jobs.wanted import Wanted


class Worker:
    """A handful of threads, however many Jobs are in flight: one receives, one holds, one
    submits, one tries what operators change, three watch, and one reports in each lane.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._queue = sqs.open_queue(settings.queue_url, settings.visibility_timeout)
        self._queue.check()
        self._dead_letters = _dead_letters(self._queue, settings)
        self._watcher_client = watcher.connect(settings)
        self._hand = Hand(settings.batch_limit)
        self._wanted = Wanted()
        self._health = Health(settings.ready_file)
        self._proven = Proven(settings, self._health, self._run_golden)
        self._settling = Settling(self._queue, self._dead_letters, self._hand, settings)
        self._settling.want = lambda digest: self._wanted.add(digest, FAST)
        self._stopping = threading.Event()
        self._finished = threading.Event()
        self._broken: str | None = None

    def run(self) -> int:
        """Work until SIGTERM or SIGINT, then finish what was begun and hand back the rest."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        threads = self._start()
        log.info("started", queue=self._queue.url, context=self._settings.context)
        self._stopping.wait()
        self._hand_back(self._hand.close())
        threads["submit"].join()
        self._wanted.close()
        for name in ("receive", *LANES):
            threads[name].join()
        self._hand_back(self._hand.close())  # what a batch that failed has put back
        self._settling.hand_back()
        self._finished.set()
        threads["hold"].join()
        threads["prove"].join()
        self._proven.end()
        self._health.end()
        log.info("stopped", error=self._broken)
        return 1 if self._broken else 0

    def _start(self) -> dict[str, threading.Thread]:
        threads = {
            name: threading.Thread(target=self._guarded, args=(name, one), name=name, daemon=True)
            for name, one in self._work().items()
        }
        for thread in threads.values():
            thread.start()
        return threads

    def _work(self) -> dict[str, Callable[[], None]]:
        settings, stopping, health = self._settings, self._stopping, self._health
        endpoints = Endpoints()
        submitter = Submitter(self._hand, self._settling, settings, health, self._run_submit)
        submitter.prepare = self._proven.refresh
        reporter = Reporter(self._wanted, endpoints, settings, health, self._run_report)
        reporter.told = self._settling.told
        watch = watcher.Watcher(self._watcher_client, self._wanted, endpoints, health, settings)
        watch.told = lambda digest: self._settling.told(digest, True)
        return {
            "receive": lambda: receiver.receive(
                self._queue, self._hand, settings, health, stopping
            ),
            "hold": lambda: visibility.hold(self._queue, self._hand, settings, self._finished),
            "prove": lambda: self._proven.poll(stopping),
            "submit": lambda: submitter.work(stopping),
            "watch-jobs": lambda: watch.watch_jobs(stopping),
            "watch-records": lambda: watch.watch_records(stopping),
            "watch-pods": lambda: watch.watch_pods(stopping),
            **{lane: functools.partial(reporter.work, lane, stopping) for lane in LANES},
        }

    def _guarded(self, name: str, work: Callable[[], None]) -> None:
        """A thread that dies must not leave the others working as if it were there."""
        try:
            work()
        except Exception as exc:
            log.LOGGER.exception("thread %s broke", name)
            self._broken = f"{name}: {exc}"
            self._stopping.set()

    def _run_submit(self, files: dict[str, str]) -> playbook.Run:
        variables = {"submit_record_namespace": self._settings.record_namespace}
        return self._run(self._settings.submit_playbook, self._proven.inputs, variables, files)

    def _run_report(self, digests: list[str]) -> playbook.Run:
        namespace = self._settings.record_namespace
        variables = {"report_ids": digests, "report_record_namespace": namespace}
        return self._run(self._settings.report_playbook, self._proven.inputs, variables)

    def _run_golden(self, inputs: playbook.Inputs) -> playbook.Run:
        return self._run(self._settings.golden_playbook, inputs, {})

    def _run(self, name: str, inputs: playbook.Inputs, *rest: Any) -> playbook.Run:
        return playbook.run(name, self._settings, inputs, *rest)

    def _hand_back(self, messages: list[sqs.Message]) -> None:
        try:
            self._queue.hide(messages, 0)
        except sqs.FAULTS as exc:
            log.warning("cannot hand back", messages=len(messages), error=str(exc))

    def _stop(self, number: int, _frame: Any) -> None:
        log.info("stopping", signal=signal.Signals(number).name)
        self._stopping.set()


def _dead_letters(queue: sqs.Queue, settings: Settings) -> sqs.Queue | None:
    url = settings.dead_letter_queue_url or queue.redrive_target()
    if url:
        return sqs.open_queue(url)
    if settings.without_dead_letter_queue:
        log.warning("no dead-letter queue: an invalid message stays in the queue", queue=queue.url)
        return None
    raise OperatorError(
        f"the queue {queue.url} has no dead-letter queue: give it a redrive policy, name one with"
        " dead_letter_queue_url, or set without_dead_letter_queue to go on without"
    )
