"""The runner as a whole: which part runs in which thread, and how all of them end."""

from __future__ import annotations

import functools
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from sqs_k8s_jobs import (
    answers,
    api,
    folders,
    log,
    playbook,
    queues,
    receiver,
    visibility,
    watcher,
)
from sqs_k8s_jobs.endpoints import LANES, Endpoints
from sqs_k8s_jobs.hand import Hand
from sqs_k8s_jobs.health import Health
from sqs_k8s_jobs.held import Held
from sqs_k8s_jobs.leader import Alone, Leader
from sqs_k8s_jobs.lease import LeaseLock, election, identity
from sqs_k8s_jobs.metrics import Metrics
from sqs_k8s_jobs.pages import Pages
from sqs_k8s_jobs.pauses import fault_pause
from sqs_k8s_jobs.playbook import Run
from sqs_k8s_jobs.plays import Plays
from sqs_k8s_jobs.proven import Proven
from sqs_k8s_jobs.reporter import Reporter
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.settling import Settling
from sqs_k8s_jobs.sqs import Message
from sqs_k8s_jobs.submission import Submission
from sqs_k8s_jobs.submitter import Submitter
from sqs_k8s_jobs.unwritable import Unwritable
from sqs_k8s_jobs.wanted import Wanted

LOOK = 0.2  # seconds between two looks whether a signal has come


class Worker:
    """A handful of threads, however many Jobs are in flight: one receives from each queue, one
    holds, `submit_runs` submit, one tries what operators change, three watch, and one reports
    in each lane.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._queues = queues.open_queues(settings)
        _remove_left(settings)
        self._watcher_client = api.connect(settings)
        self._hand = _hand(settings, self._queues)
        self._endpoints = Endpoints()
        self._wanted = Wanted(answers=self._endpoints.answers)
        self._health = Health(settings.ready_file)
        self._unwritable = Unwritable(self._health, settings)
        self._metrics = Metrics()
        self._plays = Plays(settings)
        self._plays.ran = self._metrics.ran
        self._proven = Proven(settings, self._health, self._plays.golden)
        self._plays.inputs = lambda: self._proven.inputs
        self._settling = Settling(self._queues, self._hand, settings)
        self._settling.want = self._want
        self._stopping = threading.Event()
        self._finished = threading.Event()
        self._leader = self._candidate()
        self._hand.is_for_others = self._is_for_others
        self._broken: str | None = None
        self._signal: int | None = None
        self._threads: dict[str, list[threading.Thread]] = {}
        self._metrics.gauge("ready", "1 while the runner can work", lambda: self._health.ready)
        self._metrics.gauge(
            "messages_in_hand", "Messages received and not settled", lambda: len(self._hand.all())
        )
        self._metrics.gauge(
            "messages_held",
            "Messages in hand whose namespace takes no Jobs",
            lambda: sum(one.messages for one in self._hand.holdups().values()),
        )
        self._metrics.gauge("leader", "1 while it is this runner that reports", self._leader.leads)

    def run(self) -> int:
        """Work until SIGTERM or SIGINT, then finish what was begun and hand back the rest."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        pages = self._pages()
        self._threads = threads = self._start()
        log.info("started", queue=self._settings.queue_url, context=self._settings.context)
        self._wait()
        waiting = self._hand.drain()
        _join(threads["receive"])  # or its own receivers would get what it releases
        self._settling.release([*waiting, *self._hand.close()])
        _join(threads["submit"], self._settings.stop_timeout)
        self._settling.release(self._hand.abandon())
        _join(threads["submit"])
        self._wanted.close()
        _join(threads["report"])
        self._settling.release(self._hand.abandon())  # what a batch that failed has put back
        self._settling.hand_back()
        self._finished.set()
        _join(threads["hold"] + threads["prove"] + threads["lead"])
        self._proven.end()
        self._plays.end()
        self._health.end()
        if pages:
            pages.end()
        log.info("stopped", error=self._broken)
        return 1 if self._broken else 0

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
        settings, stopping, health = self._settings, self._stopping, self._health
        reporter = Reporter(self._wanted, self._endpoints, settings, health, self._report)
        reporter.unwritable = self._unwritable
        reporter.told = self._settling.told
        reporter.message_ids = self._settling.message_ids
        reporter.leads = self._leader.leads
        watch = watcher.Watcher(
            self._watcher_client, self._wanted, self._endpoints, health, settings
        )
        watch.told = lambda digest, accepted: self._settling.told([digest], accepted)
        self._metrics.watch(watch.jobs, watch.records)
        for queue in self._queues.served.values():
            queue.received = functools.partial(self._metrics.received, queue.url)
        return {
            "receive": [
                functools.partial(receiver.receive, queue, self._hand, settings, health, stopping)
                for queue in self._queues.served.values()
            ],
            "hold": [lambda: visibility.hold(self._queues, self._hand, settings, self._finished)],
            "prove": [lambda: self._proven.poll(stopping)],
            "submit": [
                functools.partial(self._submitter().work, stopping)
                for _ in range(settings.submit_runs)
            ],
            "watch": [
                functools.partial(look, stopping)
                for look in (watch.watch_jobs, watch.watch_records, watch.watch_pods)
            ],
            "report": [functools.partial(reporter.work, lane, stopping) for lane in LANES],
            "lead": [functools.partial(self._leader.work, self._finished)],
        }

    def _submitter(self) -> Submitter:
        submitter = Submitter(
            self._hand,
            self._settling,
            self._settings,
            self._health,
            self._submit,
        )
        submitter.prepare = self._proven.refresh
        submitter.told = self._submitted
        submitter.became = self._became
        return submitter

    def _submit(self, given: Submission) -> Run:
        not_prompt, unwritable = self._endpoints.not_prompt(), self._unwritable.namespaces()
        return self._plays.submit(given, not_prompt, unwritable)

    def _report(self, digests: list[str], unwritable: list[str]) -> Run:
        return self._plays.report(digests, unwritable, self._endpoints.answering(digests))

    def _submitted(self, done: Run) -> None:
        answers.take_notice(done, self._endpoints.saw_promptness)
        self._unwritable.note(done)

    def _is_for_others(self) -> bool:
        """Whether messages are left to runners that do not report: its reports are behind."""
        return (
            self._leader.has_others
            and self._leader.leads()
            and self._wanted.waiting() >= self._settings.report_limit
        )

    def _became(self, message: Message, outcome: dict[str, Any]) -> None:
        self._metrics.became(message, outcome)
        if outcome["outcome"] in ("created", "exists"):
            self._wanted.free(outcome["id_label"])

    def _candidate(self) -> Leader | Alone:
        name, namespace = self._settings.lease, self._settings.record_namespace
        if not name:
            return Alone()
        lock = LeaseLock(self._watcher_client, name, namespace, identity())
        return Leader(election(lock), lock.release, self._health)

    def _pages(self) -> Pages | None:
        address = self._settings.listen
        if not address:
            return None
        return Pages(address, self._health, self._is_alive, self._metrics.registry)

    def _is_alive(self) -> bool:
        threads = [one for some in self._threads.values() for one in some]
        return self._stopping.is_set() or all(thread.is_alive() for thread in threads)

    def _want(self, digest: str) -> None:
        endpoint = self._endpoints.of(digest)
        self._wanted.hurry(digest, self._endpoints.lane(endpoint), endpoint)

    def _guarded(self, name: str, work: Callable[[], None]) -> None:
        """A thread that dies must not leave the others working as if it were there."""
        try:
            work()
        except Exception as exc:
            log.LOGGER.exception("thread %s broke", name)
            self._broken = f"{name}: {exc}"
            self._stopping.set()

    def _wait(self) -> None:
        """Wait for a signal, or for a thread that breaks.

        A signal that comes just before a wait without an end begins would never end it.
        """
        while self._signal is None and not self._stopping.wait(LOOK):
            pass
        if self._signal is not None:
            log.info("stopping", signal=signal.Signals(self._signal).name)
        self._stopping.set()

    def _stop(self, number: int, _frame: Any) -> None:
        """Note the signal and no more: a lock that it came in the midst of would never be free."""
        self._signal = number


def _remove_left(settings: Settings) -> None:
    """Remove folders of a killed runner, before this one has need of their room."""
    left = folders.remove_left(playbook.run_dir(settings))
    if left:
        log.info("removed what a killed runner had left", folders=left)


def _hand(settings: Settings, served: queues.Queues) -> Hand:
    held = Held(functools.partial(fault_pause, settings=settings), settings.give_up_after)
    scarce = [queue.url for queue in served.served.values() if queue.redrive.is_scarce]
    return Hand(settings.batch_limit, settings.weights, settings.submit_runs, held, scarce)


def _join(threads: list[threading.Thread], timeout: float | None = None) -> None:
    """Wait until threads have ended, for so many seconds at most."""
    end = None if timeout is None else time.monotonic() + timeout
    for thread in threads:
        thread.join(None if end is None else max(0.0, end - time.monotonic()))
