"""Small questions to a Job, each answered from the object alone."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import job_status
from kit.builders.objects import job
from kit.builders.statuses import COMPLETE, CREATED, CREATED_AT, FAILED, condition


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
    assert job_status.is_ended(job(ended=ended)) is is_ended
    assert job_status.is_failed(job(ended=ended)) is is_failed


def test_a_job_without_a_status_has_neither_started_nor_ended():
    young = {"metadata": {"name": "young"}}

    assert not job_status.is_started(young)
    assert not job_status.is_ended(young)


@pytest.mark.parametrize("count", ["ready", "succeeded", "failed"])
def test_a_job_with_a_pod_that_runs_or_has_run_has_started(count):
    assert job_status.is_started(job(**{count: 1}))
    assert not job_status.is_started(job(**{count: 0}))


def test_an_active_pod_is_no_started_pod():
    assert not job_status.is_started(job(active=1))


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
    assert job_status.duration(job(startTime=start, completionTime=end)) == seconds


def test_a_job_waits_from_its_start_until_a_pod_of_it_has_started():
    assert job_status.waiting_since(job(startTime=CREATED, active=1)) == CREATED_AT
    assert job_status.waiting_since(job(startTime=CREATED, ready=1)) is None
    assert job_status.waiting_since(job(startTime=CREATED, ended=FAILED)) is None


def test_a_job_that_is_suspended_or_was_not_taken_up_yet_does_not_wait():
    suspended = {**job(startTime=CREATED), "spec": {"suspend": True}}

    assert job_status.waiting_since(suspended) is None
    assert job_status.waiting_since(job()) is None
    assert job_status.waiting_since({"metadata": {"name": "young"}}) is None


def test_a_job_is_being_deleted_once_somebody_asked_for_it():
    assert job_status.is_being_deleted(job(deleted=True))
    assert not job_status.is_being_deleted(job())
