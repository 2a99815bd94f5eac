"""Small questions to a Job and its pods, each answered from the object alone."""

from __future__ import annotations

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils import job_state
from support.objects import (
    COMPLETE,
    CREATED,
    CREATED_AT,
    FAILED,
    condition,
    job,
    pod,
    running,
    terminated,
    waiting,
)


@pytest.mark.parametrize(
    ("ended", "is_ended", "is_failed"),
    [
        (None, False, False),
        (COMPLETE, True, False),
        (FAILED, True, True),
        (condition("Complete", status="False"), False, False),
        (condition("FailureTarget"), False, False),
        (condition("SuccessCriteriaMet"), False, False),
        (condition("Suspended"), False, False),
    ],
)
def test_a_job_has_ended_once_it_is_complete_or_failed(ended, is_ended, is_failed):
    assert job_state.is_ended(job(ended=ended)) is is_ended
    assert job_state.is_failed(job(ended=ended)) is is_failed


def test_a_job_without_a_status_has_neither_started_nor_ended():
    young = {"metadata": {"name": "young"}}

    assert not job_state.is_started(young)
    assert not job_state.is_ended(young)


@pytest.mark.parametrize("count", ["ready", "succeeded", "failed"])
def test_a_job_with_a_pod_that_runs_or_has_run_has_started(count):
    assert job_state.is_started(job(**{count: 1}))
    assert not job_state.is_started(job(**{count: 0}))


def test_an_active_pod_is_no_started_pod():
    assert not job_state.is_started(job(active=1))


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:32Z", 32),
        ("2026-01-01T23:59:59Z", "2026-01-02T00:00:00Z", 1),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", 0),
        ("2026-01-01T00:00:01Z", "2026-01-01T00:00:00Z", 0),
        (None, "2026-01-01T00:00:00Z", 0),
        ("2026-01-01T00:00:00Z", None, 0),
    ],
)
def test_a_duration_is_in_whole_seconds_and_never_negative(start, end, seconds):
    assert job_state.duration(job(startTime=start, completionTime=end)) == seconds


@pytest.mark.parametrize(
    "started",
    [
        pod(phase="Running"),
        pod(phase="Succeeded"),
        pod(phase="Pending", container=running()),
        pod(phase="Failed", container=terminated(3)),
        pod(phase="Failed", container=terminated(137, "OOMKilled")),
        pod(phase="Pending", container={**waiting("CrashLoopBackOff"), "lastState": {
            "terminated": {"exitCode": 1, "reason": "Error"}}}),
    ],
)  # fmt: skip
def test_a_pod_whose_container_runs_or_has_run_has_started(started):
    assert job_state.pod_started(started)


@pytest.mark.parametrize(
    "idle",
    [
        pod(phase="Pending"),
        pod(phase="Pending", container=waiting("ImagePullBackOff")),
        pod(phase="Failed", reason="Evicted"),
        pod(phase="Failed", container=terminated(128, "StartError")),
        pod(phase="Failed", container=terminated(127, "ContainerCannotRun")),
        pod(phase="Failed", container=terminated(137, "ContainerStatusUnknown")),
        {"metadata": {"name": "young"}},
    ],
)
def test_a_pod_whose_process_never_ran_has_not_started(idle):
    assert not job_state.pod_started(idle)


def test_the_pods_that_started_are_in_that_order_however_they_are_listed():
    pods = [
        pod("late", start="2026-01-01T00:00:09Z"),
        pod("first", start="2026-01-01T00:00:01Z"),
        pod("idle", "Pending", start="2026-01-01T00:00:00Z"),
        pod("timeless", start=None),
    ]

    for order in (pods, pods[::-1], [*pods[2:], *pods[:2]]):
        names = [one["metadata"]["name"] for one in job_state.started_pods(order)]
        assert names == ["first", "late", "timeless"]


def test_of_two_pods_that_started_at_once_the_name_decides():
    pods = [pod("b"), pod("a")]

    assert job_state.started_pods(pods) == job_state.started_pods(pods[::-1]) == pods[::-1]


def test_where_no_pod_started_there_is_none():
    assert job_state.started_pods([]) == []
    assert job_state.started_pods([pod(phase="Pending")]) == []


def test_a_job_waits_from_its_start_until_a_pod_of_it_has_started():
    assert job_state.waiting_since(job(startTime=CREATED, active=1)) == CREATED_AT
    assert job_state.waiting_since(job(startTime=CREATED, ready=1)) is None
    assert job_state.waiting_since(job(startTime=CREATED, ended=FAILED)) is None


def test_a_job_that_is_suspended_or_was_not_taken_up_yet_does_not_wait():
    suspended = {**job(startTime=CREATED), "spec": {"suspend": True}}

    assert job_state.waiting_since(suspended) is None
    assert job_state.waiting_since(job()) is None
    assert job_state.waiting_since({"metadata": {"name": "young"}}) is None


def test_a_job_is_being_deleted_once_somebody_asked_for_it():
    assert job_state.is_being_deleted(job(deleted=True))
    assert not job_state.is_being_deleted(job())


UNSCHEDULABLE = {
    "type": "PodScheduled",
    "status": "False",
    "reason": "Unschedulable",
    "message": "0/3 nodes",
}


@pytest.mark.parametrize(
    ("idle", "words"),
    [
        (pod(phase="Pending", container=waiting("ImagePullBackOff", message="no such image")),
         "ImagePullBackOff: no such image"),
        (pod(phase="Pending", container=waiting("ErrImagePull")), "ErrImagePull"),
        (pod(phase="Pending", conditions=[UNSCHEDULABLE]), "Unschedulable: 0/3 nodes"),
        (pod(phase="Pending", container=waiting("ImagePullBackOff"), conditions=[UNSCHEDULABLE]),
         "ImagePullBackOff"),
    ],
)  # fmt: skip
def test_a_pod_that_does_not_start_says_why(idle, words):
    assert job_state.pod_waiting(idle) == words


@pytest.mark.parametrize(
    "fine",
    [
        pod(),
        pod(phase="Pending", container=waiting("ContainerCreating")),
        pod(phase="Pending", container=waiting("PodInitializing")),
        pod(phase="Pending", conditions=[{"type": "PodScheduled", "status": "True"}]),
        {"metadata": {"name": "young"}},
    ],
)
def test_a_pod_that_is_on_its_way_waits_for_nothing(fine):
    assert job_state.pod_waiting(fine) is None


def test_a_pods_failure_names_its_containers_reason_and_exit_code():
    failed = pod("p", "Failed", container=terminated(137, "OOMKilled"))

    assert job_state.pod_failure(failed) == "pod p: container job: OOMKilled, exit code 137"


def test_a_pods_failure_names_its_own_reason_too():
    evicted = pod("p", "Failed", reason="Evicted", message="low on memory")

    assert job_state.pod_failure(evicted) == "pod p: Evicted: low on memory"


@pytest.mark.parametrize("fine", [pod(), pod(phase="Succeeded", container=terminated(0))])
def test_a_pod_that_did_not_fail_has_no_failure(fine):
    assert job_state.pod_failure(fine) is None


def test_a_jobs_failure_is_its_condition_and_the_last_pod_that_failed():
    pods = [
        pod("b", "Failed", start="2026-01-01T00:00:09Z", container=terminated(3)),
        pod("a", "Failed", start="2026-01-01T00:00:01Z", container=terminated(2)),
    ]

    for order in (pods, pods[::-1]):
        assert job_state.failure(job(ended=FAILED), order) == (
            "BackoffLimitExceeded: Job has reached the specified backoff limit;"
            " pod b: container job: Error, exit code 3"
        )


def test_a_failure_has_words_even_where_the_cluster_has_none():
    assert job_state.failure(job(ended=condition("Failed"))) == "the Job failed"


def test_each_container_that_failed_is_named_and_one_without_a_reason_had_an_error():
    ended = [{"name": name, "state": {"terminated": {"exitCode": 2}}} for name in ("a", "b")]
    failed = pod("p", "Failed", containerStatuses=ended)

    assert job_state.pod_failure(failed) == (
        "pod p: container a: Error, exit code 2, container b: Error, exit code 2"
    )


def test_pods_are_in_the_order_in_which_they_started():
    late = pod("a", start="2026-01-01T00:00:02Z")
    early = pod("b", start=CREATED)
    waiting_yet = pod("0", start=None)

    ordered = sorted([waiting_yet, late, early], key=job_state.start_order)

    assert [one["metadata"]["name"] for one in ordered] == ["b", "a", "0"]
