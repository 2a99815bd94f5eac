"""Event warnings about a Job's pods that do not start, or cannot be created."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import state
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.exceptional import (
    event_warnings,
    terminations,
)
from kit.builders.objects import job, merged, pod, strangers_job
from kit.builders.statuses import COMPLETE, CREATED, CREATED_AT, ERROR, JOB_UID

NOW = CREATED_AT + 9
BEGUN = {"startTime": CREATED}


def event(reason, at=None, **more):
    return {
        "type": "Warning",
        "reason": reason,
        "message": "m",
        "involvedObject": {"uid": JOB_UID},
        "lastTimestamp": at,
        **more,
    }


def test_a_warning_for_which_no_pod_waits_is_no_reason():
    harmless = event("LoggingDisabled", "2026-01-01T00:00:09Z")

    assert event_warnings.warning([job()], [harmless]) is None
    assert (
        event_warnings.warning([job()], [event("FailedMount", CREATED), harmless])
        == "FailedMount: m"
    )


def test_the_last_warning_is_the_one_that_came_last_in_whatever_way_it_says_so():
    newest = event("C", eventTime="2026-01-01T00:00:01.5Z")
    series = event("B", series={"lastObservedTime": "2026-01-01T00:00:09.000001Z"})
    older = event("A", CREATED)

    assert event_warnings.warning([job()], [newest, series, older]) == "B: m"
    assert event_warnings.warning([job()], [newest, older]) == "C: m"


def podless(seen, *pods, now=NOW):
    return event_warnings.podless([seen], {JOB_UID: list(pods)}, now)


def test_events_are_asked_of_a_job_whose_pods_nobody_could_create():
    assert podless(job(**BEGUN)) == [{"namespace": "default", "uid": JOB_UID}]


def test_a_report_asks_for_the_events_of_a_limited_number_of_jobs_that_do_not_start():
    jobs = [job(str(number), uid=f"uid-{number:03d}", **BEGUN) for number in range(400)]
    for number, one in enumerate(jobs):
        one["metadata"]["creationTimestamp"] = (
            f"2026-01-01T00:{number // 60:02d}:{number % 60:02d}Z"
        )
    oldest = [f"uid-{number:03d}" for number in range(event_warnings.MAX_ASKED)]

    found = event_warnings.podless(jobs[::-1], {}, NOW)
    late = terminations.late(jobs[::-1], [], NOW + 600, 600)

    assert [one["uid"] for one in found] == [one["uid"] for one in late] == oldest


@pytest.mark.parametrize(
    ("seen", "pods", "now"),
    [
        (job(**BEGUN), [], CREATED_AT + 4),
        (job(**BEGUN), [pod(phase="Pending")], NOW),
        (job(**BEGUN, ready=1), [], NOW),
        (job(**BEGUN, ended=COMPLETE), [], NOW),
        (job(**BEGUN, done=True), [], NOW),
        (job(**BEGUN, annotations={"error": ERROR}), [], NOW),
        (job(**BEGUN, annotations={"pod-reasons": {"FailedCreate": {"words": "m"}}}), [], NOW),
        (job(), [], NOW),
        ({**strangers_job(), "status": BEGUN}, [], NOW),
    ],
)
def test_of_other_jobs_no_events_are_asked(seen, pods, now):
    assert podless(seen, *pods, now=now) == []


def test_what_an_event_warns_of_is_kept_on_its_job():
    other = job("two", uid="uid-of-two", **BEGUN)

    (patch,) = event_warnings.warned([job(**BEGUN), other], [event("FailedCreate", CREATED)], NOW)

    assert state.reasons(merged(job(**BEGUN), patch)) == {
        "FailedCreate": {"words": "FailedCreate: m", "waits": True, "at": NOW}
    }


def test_an_event_that_is_harmless_or_kept_is_not_kept():
    kept = job(**BEGUN, annotations={"pod-reasons": {"FailedCreate": {"words": "m"}}})

    assert event_warnings.warned([kept], [event("FailedCreate", CREATED)], NOW) == []
    assert event_warnings.warned([job(**BEGUN)], [event("LoggingDisabled", CREATED)], NOW) == []
