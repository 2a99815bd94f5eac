"""Metrics of runs, messages and callbacks."""

import time
from datetime import UTC, datetime

import pytest
from kit.builders.outcomes import unwritten
from sqs_k8s_jobs.cluster.object_store import ObjectStore
from sqs_k8s_jobs.observability.metrics import Metrics
from sqs_k8s_jobs.playbooks.playbook_run import RunResult
from sqs_k8s_jobs.queue.messages import Message
from sqs_k8s_jobs.workqueue.endpoints import FAST, LANES, SLOW
from sqs_k8s_jobs.workqueue.workqueue import WorkQueue

QUEUE = "https://sqs.example/123456789012/jobs"
AGO = 100.0


@pytest.fixture
def metrics():
    return Metrics()


def value(metrics, name, **labels):
    return metrics.registry.get_sample_value(f"sqs_k8s_jobs_{name}", labels)


def message(sent_at=None):
    return Message("id", "handle", "{}", 1, QUEUE, sent_at)


def outcome(kind):
    return {"event": "outcome", "outcome": kind}


def status(number, accepted=True):
    return {"event": "status", "status": number, "accepted": accepted}


def test_a_run_counts_with_its_messages_and_callbacks(metrics):
    events = [
        outcome("created"),
        outcome("created"),
        outcome("rejected"),
        status(0),
        status(3, False),
    ]
    metrics.observe_run("submit", 3, RunResult(events, seconds=1.5))

    assert value(metrics, "messages_processed_total", outcome="created") == 2
    assert value(metrics, "messages_processed_total", outcome="rejected") == 1
    assert value(metrics, "callback_attempts_total", status="0", result="accepted") == 1
    assert value(metrics, "callback_attempts_total", status="3", result="failed") == 1
    assert value(metrics, "playbook_runs_total", playbook="submit", result="succeeded") == 1
    assert value(metrics, "playbook_run_duration_seconds_sum", playbook="submit") == 1.5
    assert value(metrics, "playbook_run_batch_size_sum", playbook="submit") == 3


def test_a_run_that_failed_counts_as_such(metrics):
    metrics.observe_run("report", 1, RunResult(error="forbidden"))

    assert value(metrics, "playbook_runs_total", playbook="report", result="failed") == 1
    assert value(metrics, "playbook_runs_total", playbook="report", result="succeeded") == 0


def test_writes_that_were_denied_are_counted_for_each_namespace(metrics):
    events = [unwritten("a"), unwritten("b"), unwritten("c", "team")]
    metrics.observe_run("report", 3, RunResult(events))

    assert value(metrics, "writes_denied_total", namespace="default") == 2
    assert value(metrics, "writes_denied_total", namespace="team") == 1
    assert value(metrics, "playbook_runs_total", playbook="report", result="succeeded") == 1


def test_it_is_known_for_how_long_the_oldest_job_waits_that_may_for_ever(metrics):
    jobs = ObjectStore()
    metrics.watch(jobs, ObjectStore())
    assert value(metrics, "oldest_job_seconds", state="ending") == 0
    since = datetime.fromtimestamp(time.time() - AGO, UTC).isoformat()
    condition = {"type": "FailureTarget", "status": "True", "lastTransitionTime": since}

    jobs.upsert({"metadata": {"uid": "a"}, "status": {"conditions": [condition]}})

    assert AGO <= value(metrics, "oldest_job_seconds", state="ending") < AGO + 60
    assert value(metrics, "oldest_job_seconds", state="suspended") == 0


def test_what_never_happened_is_zero_and_not_missing(metrics):
    assert value(metrics, "messages_processed_total", outcome="retry") == 0
    assert value(metrics, "callback_attempts_total", status="99", result="failed") == 0


def test_the_queues_age_is_that_of_its_oldest_message(metrics):
    now = time.time()
    metrics.received(QUEUE, [message(now), message(now - AGO)])

    assert value(metrics, "messages_received_total", queue="jobs") == 2
    assert value(metrics, "oldest_received_message_age_seconds", queue="jobs") >= AGO

    metrics.received(QUEUE, [])
    assert value(metrics, "oldest_received_message_age_seconds", queue="jobs") == 0


def test_the_time_to_a_job_is_that_of_a_new_one(metrics):
    old = message(time.time() - AGO)
    for kind in ("created", "exists", "retry"):
        metrics.observe_outcome(old, outcome(kind))
    metrics.observe_outcome(message(None), outcome("created"))

    assert value(metrics, "job_creation_latency_seconds_count") == 1
    assert value(metrics, "job_creation_latency_seconds_sum") >= AGO


def test_what_the_watch_sees_is_asked_for_when_it_is_read(metrics):
    jobs, records = ObjectStore(), ObjectStore()
    metrics.watch(jobs, records)
    assert value(metrics, "oldest_pending_callback_age_seconds") == 0

    metrics.started(time.time() - AGO)
    metrics.delivered(time.time() - AGO)
    jobs.upsert({"metadata": {"uid": "a"}, "status": {"ready": 1}})

    assert value(metrics, "pod_start_latency_seconds_sum") >= AGO
    assert value(metrics, "completion_callback_latency_seconds_sum") >= AGO
    assert value(metrics, "jobs", state="running") == 1
    assert value(metrics, "jobs", state="failed") == 0


def test_a_workqueue_has_a_depth_for_each_lane(metrics):
    workqueue = WorkQueue()
    metrics.workqueue(workqueue.depth, LANES)
    workqueue.add("a", FAST, "https://a.example")
    for one in ("b", "c"):
        workqueue.add(one, SLOW, "https://b.example")

    assert [value(metrics, "workqueue_depth", lane=lane) for lane in LANES] == [1, 2]

    workqueue.get_batch(2, SLOW)
    assert [value(metrics, "workqueue_depth", lane=lane) for lane in LANES] == [1, 0]


def test_a_gauge_has_the_value_of_the_moment(metrics):
    values = [3, 1]
    metrics.gauge("messages_in_flight", "Messages in flight", values.pop)

    assert [value(metrics, "messages_in_flight") for _ in range(2)] == [1, 3]
