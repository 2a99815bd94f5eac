"""The parts of a runner, each built from those before it: nothing is filled in later."""

from __future__ import annotations

import functools

from sqs_k8s_jobs import api, folders, log, playbook, queues
from sqs_k8s_jobs.backpressure import Backpressure
from sqs_k8s_jobs.client import Client
from sqs_k8s_jobs.endpoints import Endpoints
from sqs_k8s_jobs.hand import Hand
from sqs_k8s_jobs.health import Health
from sqs_k8s_jobs.held import Held
from sqs_k8s_jobs.leader import Alone, Leader
from sqs_k8s_jobs.lease import LeaseLock, election, identity
from sqs_k8s_jobs.metrics import Metrics
from sqs_k8s_jobs.pauses import fault_pause
from sqs_k8s_jobs.plays import Plays
from sqs_k8s_jobs.proven import Proven
from sqs_k8s_jobs.report_runs import ReportRuns
from sqs_k8s_jobs.reporter import Reporter
from sqs_k8s_jobs.seen import Seen
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.settling import Settling
from sqs_k8s_jobs.submit_runs import SubmitRuns
from sqs_k8s_jobs.submitter import Submitter
from sqs_k8s_jobs.unwritable import Unwritable
from sqs_k8s_jobs.wanted import Wanted
from sqs_k8s_jobs.watcher import Watcher


class Application:
    """All parts of a runner, which a supervisor has threads work with.

    Raises OperatorError where the queues or the cluster cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.queues = queues.open_queues(settings)
        _remove_left(settings)
        client = api.connect(settings)
        self.health = health = Health(settings.ready_file)
        self.metrics = metrics = Metrics()
        self.leader = _leader(settings, client, health)
        endpoints = Endpoints()
        self.wanted = wanted = Wanted(answers=endpoints.answers)
        backpressure = Backpressure(self.leader, wanted, settings.report_limit)
        self.hand = hand = _hand(settings, self.queues, backpressure)
        self.settling = settling = Settling(self.queues, hand, wanted, endpoints, settings)
        unwritable = Unwritable(health, settings)
        self.plays = plays = Plays(settings, metrics)
        self.proven = proven = Proven(settings, health, plays.golden)
        submits = SubmitRuns(plays, proven, endpoints, unwritable)
        reports = ReportRuns(plays, proven, endpoints, unwritable)
        self.submitters = [
            Submitter(hand, settling, submits, wanted, metrics, settings, health)
            for _ in range(settings.submit_runs)
        ]
        self.reporter = Reporter(
            wanted, endpoints, settling, self.leader, unwritable, reports, settings, health
        )
        jobs, records = Seen(metrics), Seen()
        self.watcher = Watcher(client, wanted, endpoints, settling, jobs, records, health, settings)
        metrics.watch(jobs, records)
        self._add_gauges()

    def end(self) -> None:
        """End the warm processes, and remove what is this runner's."""
        self.proven.end()
        self.plays.end()
        self.health.end()

    def _add_gauges(self) -> None:
        hand, health = self.hand, self.health
        gauge = self.metrics.gauge
        gauge("ready", "1 while the runner can work", lambda: health.ready)
        gauge("messages_in_hand", "Messages received and not settled", lambda: len(hand.all()))
        gauge(
            "messages_held",
            "Messages in hand whose namespace takes no Jobs",
            lambda: sum(one.messages for one in hand.holdups().values()),
        )
        gauge("leader", "1 while it is this runner that reports", self.leader.leads)


def _remove_left(settings: Settings) -> None:
    """Remove folders of a killed runner, before this one has need of their room."""
    left = folders.remove_left(playbook.run_dir(settings))
    if left:
        log.info("removed what a killed runner had left", folders=left)


def _leader(settings: Settings, client: Client, health: Health) -> Leader | Alone:
    if not settings.lease:
        return Alone()
    lock = LeaseLock(client, settings.lease, settings.record_namespace, identity())
    return Leader(election(lock), lock.release, health)


def _hand(settings: Settings, served: queues.Queues, backpressure: Backpressure) -> Hand:
    held = Held(functools.partial(fault_pause, settings=settings), settings.give_up_after)
    scarce = [queue.url for queue in served.served.values() if queue.redrive.is_scarce]
    limit, runs = settings.batch_limit, settings.submit_runs
    return Hand(limit, settings.weights, backpressure, runs, held, scarce)
