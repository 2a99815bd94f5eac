"""What a report has to do, after one look at Jobs, records and Pods."""

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.common.json_text import (
    accepts_json,
    as_plain_data,
    decode,
    returns_json,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import receipts
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.actions import plan
from kit.builders import objects

LIMITS = {"window": 3600.0, "start_timeout": 600.0}
NOTHING = {
    "ends": False,
    "due": [],
    "notes": [],
    "podless": [],
    "nudges": [],
    "releases": [],
    "removals": [],
}


def planned(*things, pods=(), now=objects.CREATED_AT, keep_late=False):
    return plan(list(things), list(pods), now, LIMITS, keep_late)


def test_there_is_nothing_to_do_for_nothing():
    assert planned() == NOTHING


def test_what_is_due_is_a_text_and_little(job):
    (text,) = planned(job)["due"]

    assert json.loads(text)["status"] == 0
    assert len(text) < 1500


def test_a_job_that_does_not_start_is_to_be_ended(job):
    waiting = {**job, "status": {"startTime": objects.CREATED}}

    assert not planned(waiting, now=objects.CREATED_AT + 599)["ends"]
    assert planned(waiting, now=objects.CREATED_AT + 600)["ends"]


def test_a_late_job_is_to_be_deleted_unless_it_is_kept():
    decided = objects.job(annotations={"error": {"errorCode": "A105", "message": "late"}})

    assert planned(decided)["ends"]
    assert not planned(decided, keep_late=True)["ends"]


def test_an_idle_job_is_nudged():
    idle = objects.job(settled="0", failed=1)
    idle["metadata"]["managedFields"] = [{"time": objects.CREATED}]

    (patch,) = planned(idle, now=objects.CREATED_AT + 1e6)["nudges"]
    assert patch["metadata"]["uid"] == objects.JOB_UID
    assert planned(idle)["nudges"] == []


def test_what_was_told_a_window_ago_is_let_go_of_each_in_its_own_way():
    told = objects.job(settled="0 2", done=True)
    refused = objects.record(settled="99", done=True)

    found = planned(told, refused, now=objects.CREATED_AT + LIMITS["window"])

    assert [one["kind"] for one in found["releases"]] == ["Job"]
    assert [one["kind"] for one in found["removals"]] == ["ConfigMap"]
    earlier = planned(told, refused, now=objects.CREATED_AT + LIMITS["window"] - 1)
    assert (earlier["releases"], earlier["removals"]) == ([], [])


def test_what_is_text_is_read_and_what_is_data_stays():
    assert decode('{"a": 1}') == decode({"a": 1}) == {"a": 1}
    assert accepts_json(lambda items: items)(['{"a": 1}', {"b": 2}]) == [{"a": 1}, {"b": 2}]
    assert returns_json(lambda: [{"a": 1}])() == ['{"a": 1}']


def test_lists_come_plainly():
    class Lazy(dict):
        pass

    (seen,) = as_plain_data(lambda items, _now: items)([Lazy(a=1)], 5)

    assert type(seen) is dict


@pytest.fixture
def job():
    """A Job of which nobody was told anything."""
    return objects.job()


BROKEN = objects.pod("p", "Failed", container=objects.terminated(3))
PAUSED = {"retry": {"since": objects.CREATED_AT, "tries": 1, "next": objects.CREATED_AT + 600}}


def annotations_written(found):
    """What a report writes onto Jobs before it sends anything."""
    callbacks = [json.loads(text) for text in found["due"]]
    patches = receipts.details(callbacks) + found["notes"]
    return [sorted(objects.annotated(patch)) for patch in patches]


def test_why_a_pod_failed_is_noted_once_however_long_the_next_try_is_off():
    failed = objects.job(annotations=PAUSED, failed=1, ended=objects.FAILED)

    found = planned(failed, pods=[BROKEN])

    assert annotations_written(found) == [["detail-1", "detail-3"]]
    due = [json.loads(text) for text in found["due"]]
    written = {"patched": [{"ok": True}]}
    assert receipts.sendable(due, written) == []
    noted = objects.merged(failed, *receipts.details(due))
    assert planned(noted, pods=[BROKEN])["due"] == []
    told = planned(noted, now=objects.CREATED_AT + 600)["due"]
    assert [json.loads(text)["key"] for text in told] == ["0", "1", "3"]
    assert "exit code 3" in told[-1]


def test_why_a_pod_waits_is_noted_where_nothing_else_is_written_and_where_something_is():
    nowhere = objects.pod("p", "Pending", conditions=[objects.scheduling("Unschedulable")])
    waits = {"startTime": objects.CREATED, "active": 1}

    for thing in (
        objects.job(settled="0", **waits),
        objects.job(**waits),
        objects.job(annotations=PAUSED, **waits),
    ):
        assert annotations_written(planned(thing, pods=[nowhere])) == [["pod-reasons"]]


def test_what_is_only_noted_keeps_nobody_elses_callback():
    paused = objects.job("a", annotations=PAUSED, failed=1, ended=objects.FAILED)
    other = objects.job("b", uid="uid-b")

    due = [json.loads(text) for text in planned(paused, other, pods=[BROKEN])["due"]]

    assert [one["id"] for one in receipts.sendable(due, {"patched": [{"ok": False}]})] == ["b"]


def test_a_record_whose_next_try_is_later_leaves_nothing_to_note():
    assert planned(objects.record(annotations=PAUSED))["due"] == []
