"""The parts of a runner, each built from those before it: nothing is filled in later."""

from __future__ import annotations

import functools

from sqs_k8s_jobs import temp_dirs
from sqs_k8s_jobs.backoff import fault_backoff_seconds
from sqs_k8s_jobs.cluster import api
from sqs_k8s_jobs.cluster.client import Client
from sqs_k8s_jobs.cluster.leader import AlwaysLeader, Leader
from sqs_k8s_jobs.cluster.lease import LeaseLock, election, identity
from sqs_k8s_jobs.cluster.object_store import ObjectStore
from sqs_k8s_jobs.in_flight.acknowledger import Acknowledger
from sqs_k8s_jobs.in_flight.held.holdups import Holdups
from sqs_k8s_jobs.in_flight.in_flight import InFlight
from sqs_k8s_jobs.in_flight.rejector import Rejector
from sqs_k8s_jobs.observability import log
from sqs_k8s_jobs.observability.health import Health
from sqs_k8s_jobs.observability.metrics import Metrics
from sqs_k8s_jobs.playbooks import playbook_run
from sqs_k8s_jobs.playbooks.live_config import LiveConfig
from sqs_k8s_jobs.playbooks.playbooks import Playbooks
from sqs_k8s_jobs.queue import queues
from sqs_k8s_jobs.report.backpressure import Backpressure
from sqs_k8s_jobs.report.report_runs import ReportRuns
from sqs_k8s_jobs.report.reporter import Reporter
from sqs_k8s_jobs.report.unwritable import Unwritable
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.submit.submit_runs import SubmitRuns
from sqs_k8s_jobs.submit.submitter import Submitter
from sqs_k8s_jobs.watch.informer import Informer
from sqs_k8s_jobs.workqueue.endpoints import LANES, Endpoints
from sqs_k8s_jobs.workqueue.workqueue import WorkQueue


class Application:
    """All parts of a runner, with which the threads of `supervisor.Supervisor` work.

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
        self.workqueue = workqueue = WorkQueue(server_of=endpoints.server_of)
        backpressure = Backpressure(self.leader, workqueue, settings.report_batch_size)
        self.in_flight = in_flight = _in_flight(settings, self.queues, backpressure)
        self.acknowledger = acknowledger = Acknowledger(self.queues, in_flight, settings)
        self.rejector = rejector = Rejector(self.queues, acknowledger, workqueue, endpoints)
        unwritable = Unwritable(health, settings)
        self.playbooks = playbooks = Playbooks(settings, metrics)
        self.live_config = live_config = LiveConfig(settings, health, playbooks.golden)
        submits = SubmitRuns(playbooks, live_config, endpoints, unwritable)
        reports = ReportRuns(playbooks, live_config, endpoints, unwritable)
        self.submitters = [
            Submitter(
                in_flight, acknowledger, rejector, submits, workqueue, metrics, settings, health
            )
            for _ in range(settings.submit_concurrency)
        ]
        self.reporter = Reporter(
            workqueue, endpoints, rejector, self.leader, unwritable, reports, settings, health
        )
        jobs, records = ObjectStore(metrics), ObjectStore()
        self.informer = Informer(
            client, workqueue, endpoints, rejector, jobs, records, health, settings
        )
        metrics.watch(jobs, records)
        self._add_gauges()

    def end(self) -> None:
        """End the fork servers, and remove what is this runner's."""
        self.live_config.end()
        self.playbooks.end()
        self.health.end()

    def _add_gauges(self) -> None:
        in_flight, health = self.in_flight, self.health
        gauge = self.metrics.gauge
        gauge("ready", "1 while the runner can work", lambda: health.ready)
        gauge(
            "messages_in_flight",
            "Messages received, and neither deleted nor given back",
            lambda: len(in_flight.messages()),
        )
        gauge(
            "messages_held",
            "Messages in flight whose namespace takes no Jobs",
            lambda: sum(one.messages for one in in_flight.holdups().values()),
        )
        gauge("leader", "1 while it is this runner that reports", self.leader.is_leader)
        self.metrics.workqueue(self.workqueue.depth, LANES)


def _remove_left(settings: Settings) -> None:
    """Remove folders of a killed runner, before this runner needs their room."""
    left = temp_dirs.remove_left(playbook_run.temp_dir(settings))
    if left:
        log.info("leftover folders removed", folders=left)


def _leader(settings: Settings, client: Client, health: Health) -> Leader | AlwaysLeader:
    if not settings.leader_election_lease:
        return AlwaysLeader()
    lock = LeaseLock(client, settings.leader_election_lease, settings.record_namespace, identity())
    return Leader(election(lock), lock, health)


def _in_flight(settings: Settings, served: queues.Queues, backpressure: Backpressure) -> InFlight:
    held = Holdups(
        functools.partial(fault_backoff_seconds, settings=settings), settings.give_up_after
    )
    scarce = [queue.url for queue in served.served.values() if queue.redrive.is_scarce]
    limit, runs = settings.submit_batch_size, settings.submit_concurrency
    return InFlight(limit, settings.weights, backpressure, runs, held, scarce)
