"""The runner as a whole: which part runs in which thread, and how all of them end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from typing import Any

from sqs_k8s_jobs import log, playbook, receiver, sqs, visibility, watcher
from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.hand import Hand
from sqs_k8s_jobs.reporter import Reporter
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.submitter import Submitter
from sqs_k8s_jobs.wanted import Wanted


class Worker:
    """Six threads, however many Jobs are in flight: receive, hold, submit, two watches, report."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._queue = sqs.open_queue(settings.queue_url, settings.visibility_timeout)
        self._queue.check()
        self._dead_letters = _dead_letters(self._queue, settings)
        self._watcher_client = watcher.connect(settings)
        self._hand = Hand(settings.batch_limit)
        self._wanted = Wanted()
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
        self._wanted.close()
        for name in ("receive", "submit", "report"):
            threads[name].join()
        self._finished.set()
        threads["hold"].join()
        log.info("stopped", error=self._broken)
        return 1 if self._broken else 0

    def _start(self) -> dict[str, threading.Thread]:
        settings, stopping = self._settings, self._stopping
        submitter = Submitter(
            self._queue, self._dead_letters, self._hand, settings, self._run_submit
        )
        reporter = Reporter(self._wanted, settings, self._run_report)
        watch = watcher.Watcher(self._watcher_client, self._wanted, settings)
        work: dict[str, Callable[[], None]] = {
            "receive": lambda: receiver.receive(self._queue, self._hand, settings, stopping),
            "hold": lambda: visibility.hold(self._queue, self._hand, settings, self._finished),
            "submit": lambda: submitter.work(stopping),
            "report": lambda: reporter.work(stopping),
            "watch-jobs": lambda: watch.watch_jobs(stopping),
            "watch-pods": lambda: watch.watch_pods(stopping),
        }
        threads = {
            name: threading.Thread(target=self._guarded, args=(name, one), name=name, daemon=True)
            for name, one in work.items()
        }
        for thread in threads.values():
            thread.start()
        return threads

    def _guarded(self, name: str, work: Callable[[], None]) -> None:
        """A thread that dies must not leave the others working as if it were there."""
        try:
            work()
        except Exception as exc:
            log.LOGGER.exception("thread %s broke", name)
            self._broken = f"{name}: {exc}"
            self._stopping.set()

    def _run_submit(self, files: dict[str, str]) -> playbook.Run:
        return playbook.run(self._settings.submit_playbook, self._settings, {}, files)

    def _run_report(self, digests: list[str]) -> playbook.Run:
        variables = {"report_ids": digests}
        return playbook.run(self._settings.report_playbook, self._settings, variables)

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
