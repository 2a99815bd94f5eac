"""Metrics of the runner for Prometheus. No label names a message or a Job."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from sqs_k8s_jobs.cluster.object_store import ObjectStore
from sqs_k8s_jobs.cluster.predicates import ENDING, SUSPENDED
from sqs_k8s_jobs.playbooks.events import Outcome
from sqs_k8s_jobs.playbooks.playbook_run import RunResult
from sqs_k8s_jobs.queue.messages import Message

PREFIX = "sqs_k8s_jobs"
OUTCOMES = ("created", "exists", "rejected", "retry", "postponed")
STATUSES = ("0", "1", "2", "3", "99")
RESULTS = ("accepted", "failed")
RUN_SECONDS = (0.25, 0.5, 1, 2, 5, 10, 20, 40, 80, 160, 320)
WAIT_SECONDS = (0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400)
SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 400, 1000)


class Metrics:
    """A registry of its own, and what has to be called for it to be right."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        about: dict[str, Any] = {"namespace": PREFIX, "registry": registry}
        Info("build", "Version of the runner", **about).info(
            {"version": metadata.version("sqs-k8s-jobs")}
        )
        self._received = Counter(
            "messages_received", "Messages received, repeats included", ["queue"], **about
        )
        self._age = Gauge(
            "oldest_received_message_age_seconds",
            "Age of the oldest message in the last answer to a receive; 0 where it was empty",
            ["queue"],
            **about,
        )
        self._messages = Counter(
            "messages_processed", "Messages by what became of them", ["outcome"], **about
        )
        self._attempts = Counter(
            "callback_attempts", "Attempts at callbacks", ["status", "result"], **about
        )
        self._runs = Counter("playbook_runs", "Runs of a playbook", ["playbook", "result"], **about)
        self._seconds = Histogram(
            "playbook_run_duration_seconds",
            "Seconds that a run of a playbook took",
            ["playbook"],
            buckets=RUN_SECONDS,
            **about,
        )
        self._size = Histogram(
            "playbook_run_batch_size",
            "Messages or Jobs in a run",
            ["playbook"],
            buckets=SIZES,
            **about,
        )
        self._to_job = _waits(
            "job_creation_latency_seconds", "Seconds from a send to its Job", about
        )
        self._to_pod = _waits(
            "pod_start_latency_seconds", "Seconds from a Job's creation to a Pod that runs", about
        )
        self._to_callback = _waits(
            "completion_callback_latency_seconds",
            "Seconds from a Job's end to its last callback's acceptance",
            about,
        )
        self._unwritten = Counter(
            "writes_denied",
            "Jobs and records that could not be written, for an operator to set right",
            ["namespace"],
            **about,
        )
        self._zeros()

    def gauge(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Add a gauge that asks for its value when it is read."""
        Gauge(name, text, namespace=PREFIX, registry=self.registry).set_function(value)

    def workqueue(self, depth: Callable[[str], int], lanes: Sequence[str]) -> None:
        """Add the depth of each lane of a workqueue, which is asked for when it is read."""
        gauge = Gauge(
            "workqueue_depth",
            "Ids that wait for a report, by the lane of their endpoint",
            ["lane"],
            namespace=PREFIX,
            registry=self.registry,
        )
        for lane in lanes:
            gauge.labels(lane).set_function(functools.partial(depth, lane))

    def received(self, queue_url: str, messages: Sequence[Message]) -> None:
        """Count what a receive brought."""
        queue = queue_url.rpartition("/")[2]
        sent = [one.sent_at for one in messages if one.sent_at is not None]
        self._received.labels(queue).inc(len(messages))
        self._age.labels(queue).set(max(0.0, time.time() - min(sent)) if sent else 0.0)

    def observe_run(self, playbook: str, size: int, done: RunResult) -> None:
        """Count a run, with its outcomes and attempts."""
        self._runs.labels(playbook, "failed" if done.error else "succeeded").inc()
        self._seconds.labels(playbook).observe(done.seconds)
        self._size.labels(playbook).observe(size)
        for outcome in done.of_kind("outcome"):
            self._messages.labels(outcome["outcome"]).inc()
        for attempt in done.of_kind("status"):
            result = RESULTS[not attempt["accepted"]]
            self._attempts.labels(str(attempt["status"]), result).inc()
        for unwritten in done.of_kind("unwritten"):
            self._unwritten.labels(unwritten["namespace"]).inc()

    def observe_outcome(self, message: Message, outcome: Outcome) -> None:
        """Take the time from a send to its new Job."""
        if outcome["outcome"] == "created" and message.sent_at is not None:
            self._to_job.observe(max(0.0, time.time() - message.sent_at))

    def watch(self, jobs: ObjectStore, records: ObjectStore) -> None:
        """Count what the watch sees."""
        self.registry.register(_Watched(jobs, records))

    def started(self, created: float) -> None:
        """Take the time from a Job's creation, in seconds since 1970, to a Pod that runs."""
        self._to_pod.observe(max(0.0, time.time() - created))

    def delivered(self, ended: float) -> None:
        """Take the time from a Job's end, in seconds since 1970, to its last acceptance."""
        self._to_callback.observe(max(0.0, time.time() - ended))

    def _zeros(self) -> None:
        """Show what has not happened yet as 0, so that its first time is an increase."""
        for outcome in OUTCOMES:
            self._messages.labels(outcome)
        for status in STATUSES:
            for result in RESULTS:
                self._attempts.labels(status, result)
        for playbook in ("submit", "report", "golden"):
            for result in ("succeeded", "failed"):
                self._runs.labels(playbook, result)


class _Watched:
    """Metrics that are computed at each scrape."""

    def __init__(self, jobs: ObjectStore, records: ObjectStore) -> None:
        self._jobs = jobs
        self._records = records

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics of Jobs and of pending callbacks."""
        jobs = GaugeMetricFamily(f"{PREFIX}_jobs", "Jobs by their state", labels=["state"])
        for state, count in self._jobs.states().items():
            jobs.add_metric([state], count)
        yield jobs
        waiting = GaugeMetricFamily(
            f"{PREFIX}_oldest_job_seconds",
            "Seconds for which the oldest Job is suspended, or does not end; 0 for none",
            labels=["state"],
        )
        oldest = self._jobs.oldest()
        for state in (SUSPENDED, ENDING):
            since = oldest.get(state)
            waiting.add_metric([state], 0.0 if since is None else max(0.0, time.time() - since))
        yield waiting
        moments = [self._jobs.waits_since(), self._records.waits_since()]
        since = min((one for one in moments if one is not None), default=None)
        yield GaugeMetricFamily(
            f"{PREFIX}_oldest_pending_callback_age_seconds",
            "Seconds for which the oldest undelivered callback has waited; 0 for none",
            value=0.0 if since is None else max(0.0, time.time() - since),
        )


def _waits(name: str, text: str, about: dict[str, Any]) -> Histogram:
    return Histogram(name, text, buckets=WAIT_SECONDS, **about)
