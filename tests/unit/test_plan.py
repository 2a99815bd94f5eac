"""What a report has to do, after one look at Jobs, records and Pods."""

from __future__ import annotations

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.plan import plan
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.texts import (
    from_text,
    plainly,
    reads_texts,
    returns_texts,
)
from support import objects

LIMITS = {"window": 3600.0, "start_timeout": 600.0}
NOTHING = {"ends": False, "due": [], "nudges": [], "releases": [], "removals": []}


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
    assert from_text('{"a": 1}') == from_text({"a": 1}) == {"a": 1}
    assert reads_texts(lambda items: items)(['{"a": 1}', {"b": 2}]) == [{"a": 1}, {"b": 2}]
    assert returns_texts(lambda: [{"a": 1}])() == ['{"a": 1}']


def test_lists_come_plainly():
    class Lazy(dict):
        pass

    (seen,) = plainly(lambda items, _now: items)([Lazy(a=1)], 5)

    assert type(seen) is dict


@pytest.fixture
def job():
    """A Job of which nobody was told anything."""
    return objects.job()
