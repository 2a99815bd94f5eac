"""The parts of a runner, each built from those before it: nothing is filled in later."""

from __future__ import annotations

import functools

from sqs_k8s_jobs import folders, log
from sqs_k8s_jobs.cluster import api
from sqs_k8s_jobs.cluster.client import Client
from sqs_k8s_jobs.cluster.leader import Alone, Leader
from sqs_k8s_jobs.cluster.lease import LeaseLock, election, identity
from sqs_k8s_jobs.cluster.seen import Seen
from sqs_k8s_jobs.health import Health
from sqs_k8s_jobs.in_flight.hand import Hand
from sqs_k8s_jobs.in_flight.held import Held
from sqs_k8s_jobs.in_flight.settling import Settling
from sqs_k8s_jobs.observability.metrics import Metrics
from sqs_k8s_jobs.pauses import fault_pause
from sqs_k8s_jobs.playbooks import playbook
from sqs_k8s_jobs.playbooks.plays import Plays
from sqs_k8s_jobs.playbooks.proven import Proven
from sqs_k8s_jobs.queue import queues
from sqs_k8s_jobs.report.backpressure import Backpressure
from sqs_k8s_jobs.report.report_runs import ReportRuns
from sqs_k8s_jobs.report.reporter import Reporter
from sqs_k8s_jobs.report.unwritable import Unwritable
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.submit.submit_runs import SubmitRuns
from sqs_k8s_jobs.submit.submitter import Submitter
from sqs_k8s_jobs.watch.watcher import Watcher
from sqs_k8s_jobs.workqueue.endpoints import Endpoints
from sqs_k8s_jobs.workqueue.wanted import Wanted


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
