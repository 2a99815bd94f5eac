"""The actions of a report, after a look at Jobs, records and Pods."""

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.common.json_text import (
    as_plain_data,
    decode,
    returns_json,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import deliveries
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.actions import pending_actions
from kit.builders import objects, statuses

LIMITS = {"deduplication_window": 3600.0, "start_timeout": 600.0}
SELECTOR = ["sqs-k8s.jobs/id", "sqs-k8s.jobs/expired<20260101"]
KEYS = [
    *(
        "callbacks",
        "failed_containers",
        "terminations",
        "deletions",
        "unstarted",
        "podless",
    ),
    *("notes", "touches", "releases", "removals", "outdated"),
]


def planned(*things, pods=(), now=statuses.CREATED_AT, **more):
    return pending_actions(list(things), list(pods), now, LIMITS, **more)


def test_there_is_nothing_to_do_for_nothing():
    assert planned() == {**{key: [] for key in KEYS}, "outdated_selector": SELECTOR}


def test_what_is_due_is_a_text_and_little(job):
    (text,) = planned(job)["callbacks"]

    assert json.loads(text)["status"] == 0
    assert len(text) < 1500


def test_a_job_that_does_not_start_is_to_be_ended(job):
    waiting = {**job, "status": {"startTime": statuses.CREATED}}

    early = planned(waiting, now=statuses.CREATED_AT + 599)
    late = planned(waiting, now=statuses.CREATED_AT + 600)

    assert (early["terminations"], early["unstarted"]) == ([], [])
    assert [one["uid"] for one in late["unstarted"]] == [statuses.JOB_UID]
    assert "no pod was created" in objects.annotated(late["terminations"][0])["error"]


def warning(job, reason, message):
    return {
        "involvedObject": {"uid": job["metadata"]["uid"]},
        "type": "Warning",
        "reason": reason,
        "message": message,
        "lastTimestamp": statuses.CREATED,
    }


def test_what_events_warn_of_is_told_by_an_end_and_noted_without_one(job):
    waiting = {**job, "status": {"startTime": statuses.CREATED}}
    events = [warning(job, "FailedCreate", "exceeded quota")]

    late = planned(waiting, now=statuses.CREATED_AT + 600, cluster_events=events)
    early = planned(waiting, now=statuses.CREATED_AT + 60, cluster_events=events)

    (termination,) = late["terminations"]
    assert "FailedCreate: exceeded quota" in objects.annotated(termination)["error"]
    assert [one["uid"] for one in early["podless"]] == [statuses.JOB_UID]
    (note,) = early["notes"]
    assert "exceeded quota" in objects.annotated(note)["pod-reasons"]
    assert planned(waiting, now=statuses.CREATED_AT + 60)["notes"] == []


def test_a_reason_cancels_each_job_that_has_not_ended(job):
    over = objects.job("b", uid="uid-b", ended=statuses.COMPLETE, succeeded=1)

    (termination,) = planned(job, over, cancel_reason="no longer wanted")["terminations"]

    assert termination["metadata"]["uid"] == statuses.JOB_UID
    assert "no longer wanted" in objects.annotated(termination)["error"]


def test_every_job_is_released_where_that_is_wanted_and_no_record_before_its_caller_heard(job):
    refused = objects.record()
    whenever = {**LIMITS, "deduplication_window": float("-inf")}

    found = planned(job, refused, release_undelivered=True)
    later = pending_actions(
        [objects.job(settled="0 2", done=True), job], [], statuses.CREATED_AT - 9, whenever
    )

    assert [one["metadata"]["uid"] for one in found["releases"]] == [statuses.JOB_UID]
    assert found["removals"] == []
    assert len(later["releases"]) == 1
    assert planned(job)["releases"] == []


def test_records_of_expired_callbacks_are_outdated_after_so_many_days():
    old = objects.record()
    old["metadata"]["labels"]["sqs-k8s.jobs/expired"] = "20200101"

    for days, found in ((0, []), (30, [old])):
        limits = {**LIMITS, "expired_for": days}
        actions = pending_actions([old], [], statuses.CREATED_AT, limits)
        assert actions["outdated"] == found
    assert actions["outdated_selector"] == ["sqs-k8s.jobs/id", "sqs-k8s.jobs/expired<20251202"]


def test_the_container_that_failed_last_is_named_where_its_failure_is_due():
    failed = objects.job(failed=1, ended=statuses.FAILED)

    (one,) = planned(failed, pods=[BROKEN])["failed_containers"]

    assert (one["pod"], one["container"]) == ("p", "job")
    assert planned(failed)["failed_containers"] == []


def test_a_late_job_is_to_be_deleted_unless_it_is_kept():
    decided = objects.job(annotations={"error": {"errorCode": "A105", "message": "late"}})

    assert [one["kind"] for one in planned(decided)["deletions"]] == ["Job"]
    assert planned(decided, keep_late=True)["deletions"] == []


def test_an_idle_job_is_touched():
    idle = objects.job(settled="0", failed=1)
    idle["metadata"]["managedFields"] = [{"time": statuses.CREATED}]

    (patch,) = planned(idle, now=statuses.CREATED_AT + 1e6)["touches"]
    assert patch["metadata"]["uid"] == statuses.JOB_UID
    assert planned(idle)["touches"] == []


def test_what_was_told_a_window_ago_is_let_go_of_each_in_its_own_way():
    told = objects.job(settled="0 2", done=True)
    refused = objects.record(settled="99", done=True)

    found = planned(told, refused, now=statuses.CREATED_AT + LIMITS["deduplication_window"])

    assert [one["kind"] for one in found["releases"]] == ["Job"]
    assert [one["kind"] for one in found["removals"]] == ["ConfigMap"]
    earlier = planned(told, refused, now=statuses.CREATED_AT + LIMITS["deduplication_window"] - 1)
    assert (earlier["releases"], earlier["removals"]) == ([], [])


def test_what_is_text_is_read_and_what_is_data_stays():
    assert decode('{"a": 1}') == decode({"a": 1}) == {"a": 1}
    assert [decode(one) for one in ('{"a": 1}', {"b": 2})] == [{"a": 1}, {"b": 2}]
    assert returns_json(lambda: [{"a": 1}])() == ['{"a": 1}']


def test_lists_come_plainly():
    class Lazy(dict):
        pass

    (seen,) = as_plain_data(lambda items, _now: items)([Lazy(a=1)], 5)
    (named,) = as_plain_data(lambda _items, more: more)([], more=[Lazy(a=1)])

    assert type(seen) is type(named) is dict


@pytest.fixture
def job():
    """A Job of which nobody was told anything."""
    return objects.job()


BROKEN = objects.pod("p", "Failed", container=statuses.terminated(3))
PAUSED = {"retry": {"since": statuses.CREATED_AT, "tries": 1, "next": statuses.CREATED_AT + 600}}


def annotations_written(found):
    """Return annotations that a report writes before it sends."""
    callbacks = [json.loads(text) for text in found["callbacks"]]
    patches = deliveries.detail_patches(callbacks) + found["notes"]
    return [sorted(objects.annotated(patch)) for patch in patches]


def test_why_a_pod_failed_is_noted_once_however_long_the_next_try_is_off():
    failed = objects.job(annotations=PAUSED, failed=1, ended=statuses.FAILED)

    found = planned(failed, pods=[BROKEN])

    assert annotations_written(found) == [["detail-1", "detail-3"]]
    due = [json.loads(text) for text in found["callbacks"]]
    written = {"patched": [{"ok": True}]}
    assert deliveries.sendable(due, written) == []
    noted = objects.merged(failed, *deliveries.detail_patches(due))
    assert planned(noted, pods=[BROKEN])["callbacks"] == []
    told = planned(noted, now=statuses.CREATED_AT + 600)["callbacks"]
    assert [json.loads(text)["key"] for text in told] == ["0", "1", "3"]
    assert "exit code 3" in told[-1]


def test_why_a_pod_waits_is_noted_where_nothing_else_is_written_and_where_something_is():
    nowhere = objects.pod("p", "Pending", conditions=[statuses.scheduling("Unschedulable")])
    waits = {"startTime": statuses.CREATED, "active": 1}

    for thing in (
        objects.job(settled="0", **waits),
        objects.job(**waits),
        objects.job(annotations=PAUSED, **waits),
    ):
        assert annotations_written(planned(thing, pods=[nowhere])) == [["pod-reasons"]]


def test_what_is_only_noted_keeps_nobody_elses_callback():
    paused = objects.job("a", annotations=PAUSED, failed=1, ended=statuses.FAILED)
    other = objects.job("b", uid="uid-b")

    due = [json.loads(text) for text in planned(paused, other, pods=[BROKEN])["callbacks"]]

    assert [one["id"] for one in deliveries.sendable(due, {"patched": [{"ok": False}]})] == ["b"]


def test_a_record_whose_next_try_is_later_leaves_nothing_to_note():
    assert planned(objects.record(annotations=PAUSED))["callbacks"] == []
