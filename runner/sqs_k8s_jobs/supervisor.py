"""The threads of a runner: which part runs in which of them, and how all of them end."""

from __future__ import annotations

import functools
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from sqs_k8s_jobs.application import Application
from sqs_k8s_jobs.in_flight import visibility
from sqs_k8s_jobs.in_flight.poller import poll
from sqs_k8s_jobs.observability import log
from sqs_k8s_jobs.observability.http_server import HttpServer
from sqs_k8s_jobs.workqueue.endpoints import LANES

LOOK = 0.2  # seconds between two looks whether a signal has come


class Supervisor:
    """A handful of threads, however many Jobs are in flight: one receives from each queue, one
    holds, `submit_concurrency` submit, one tries what operators change, three watch, and one
    reports in each lane.
    """

    def __init__(self, parts: Application) -> None:
        self._parts = parts
        self._stopping = threading.Event()
        self._finished = threading.Event()
        self._broken: str | None = None
        self._signal: int | None = None
        self._threads: dict[str, list[threading.Thread]] = {}

    def run(self) -> int:
        """Work until SIGTERM or SIGINT, then finish the current runs and release the rest."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        settings, pages = self._parts.settings, self._pages()
        self._threads = threads = self._start()
        log.info("runner started", queue=settings.queue_url, context=settings.context)
        self._wait()
        self._end(threads)
        self._parts.end()
        if pages:
            pages.end()
        log.info("runner stopped", error=self._broken)
        return 1 if self._broken else 0

    def _end(self, threads: dict[str, list[threading.Thread]]) -> None:
        """Finish the current runs, release the rest, and wait until all threads have ended."""
        in_flight, acknowledger = self._parts.in_flight, self._parts.acknowledger
        waiting = in_flight.drain()
        _join(threads["receive"])  # or its own receivers would get what it releases
        acknowledger.release([*waiting, *in_flight.close()])
        _join(threads["submit"], self._parts.settings.stop_timeout)
        acknowledger.release(in_flight.abandon())
        _join(threads["submit"])
        self._parts.workqueue.shut_down()
        _join(threads["report"])
        acknowledger.release(in_flight.abandon())  # what a batch that failed has put back
        self._parts.rejector.release_pending()
        self._finished.set()
        _join(threads["extend"] + threads["reload"] + threads["lead"])

    def _start(self) -> dict[str, list[threading.Thread]]:
        threads = {
            name: [
                threading.Thread(target=self._guarded, args=(name, one), name=name, daemon=True)
                for one in work
            ]
            for name, work in self._work().items()
        }
        for some in threads.values():
            for thread in some:
                thread.start()
        return threads

    def _work(self) -> dict[str, list[Callable[[], None]]]:
        """Return what threads do, by what they are for."""
        parts, stopping, finished = self._parts, self._stopping, self._finished
        informer = parts.informer
        return {
            "receive": [
                functools.partial(
                    poll,
                    queue,
                    parts.in_flight,
                    parts.settings,
                    parts.health,
                    parts.metrics,
                    stopping,
                )
                for queue in parts.queues.served.values()
            ],
            "extend": [
                lambda: visibility.extend(parts.queues, parts.in_flight, parts.settings, finished)
            ],
            "reload": [functools.partial(parts.live_config.watch, stopping)],
            "submit": [functools.partial(one.work, stopping) for one in parts.submitters],
            "watch": [
                functools.partial(look, stopping)
                for look in (informer.watch_jobs, informer.watch_records, informer.watch_pods)
            ],
            "report": [functools.partial(parts.reporter.work, lane, stopping) for lane in LANES],
            "lead": [functools.partial(parts.leader.work, finished)],
        }

    def _pages(self) -> HttpServer | None:
        parts = self._parts
        if not parts.settings.metrics_bind_address:
            return None
        return HttpServer(
            parts.settings.metrics_bind_address,
            parts.health,
            self._is_alive,
            parts.metrics.registry,
        )

    def _is_alive(self) -> bool:
        threads = [one for some in self._threads.values() for one in some]
        return self._stopping.is_set() or all(thread.is_alive() for thread in threads)

    def _guarded(self, name: str, work: Callable[[], None]) -> None:
        """A thread that dies must not leave the others working as if it were there."""
        try:
            work()
        except Exception as exc:
            log.exception("thread failed", thread=name)
            self._broken = f"{name}: {exc}"
            self._stopping.set()

    def _wait(self) -> None:
        """Wait for a signal, or for a thread that breaks.

        A signal that comes just before a wait without an end begins would never end it.
        """
        while self._signal is None and not self._stopping.wait(LOOK):
            pass
        if self._signal is not None:
            log.info("stop requested", signal=signal.Signals(self._signal).name)
        self._stopping.set()

    def _stop(self, number: int, _frame: Any) -> None:
        """Note the signal and no more: a lock that it came in the midst of would never be free."""
        self._signal = number


def _join(threads: list[threading.Thread], timeout: float | None = None) -> None:
    """Wait until threads have ended, for so many seconds at most."""
    end = None if timeout is None else time.monotonic() + timeout
    for thread in threads:
        thread.join(None if end is None else max(0.0, end - time.monotonic()))
