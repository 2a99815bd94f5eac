"""The state that a Job or a record carries in its annotations and labels."""

import time

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import state
from hypothesis import given
from hypothesis import strategies as st
from kit.builders.objects import digest_of, job, record, strangers_job
from kit.builders.statuses import CREATED, CREATED_AT, ERROR


def test_a_thing_says_whose_it_is_and_who_hears_of_it():
    for ours in (
        job("{{ one }}", webhook="http://caller.example/"),
        record("{{ one }}", webhook="http://caller.example/"),
    ):
        assert state.message_id(ours) == "{{ one }}"
        assert state.webhook(ours) == "http://caller.example/"
        assert state.id_label(ours) == digest_of("{{ one }}")
        assert state.is_managed(ours)


@pytest.mark.parametrize("metadata", [{}, {"annotations": None, "labels": None}])
def test_a_strangers_job_says_nothing(metadata):
    theirs = {"metadata": {"name": "theirs", **metadata}}

    assert (state.message_id(theirs), state.webhook(theirs), state.id_label(theirs)) == (None,) * 3
    assert (state.completed_callbacks(theirs), state.details(theirs)) == ({}, {})
    assert (state.error(theirs), state.retry(theirs), state.next_look(theirs)) == (None, {}, None)
    assert not state.callbacks_complete(theirs)


def test_it_takes_both_label_and_annotation_to_be_ours():
    unlabelled, unwritten = job(), job()
    del unlabelled["metadata"]["labels"]["sqs-k8s.jobs/id"]
    del unwritten["metadata"]["annotations"]["sqs-k8s.jobs/body-sha256"]

    others = (unlabelled, unwritten, strangers_job())
    assert [state.is_managed(one) for one in others] == [False] * 3


def test_a_record_of_a_message_without_an_id_is_ours():
    nameless = record(None, digest="ab")

    assert (state.is_managed(nameless), state.message_id(nameless)) == (True, None)


def test_a_thing_is_done_by_its_label_alone():
    assert state.callbacks_complete(job(done=True))
    assert not state.callbacks_complete(job(settled="0 1 2"))


def test_what_was_accepted_or_has_expired_is_settled_since_then():
    expired = {"expired-3": "2026-01-01T00:01:00Z", "detail-1.c": {}}
    seen = job(settled="0 1 1.uid-of-b", annotations=expired)

    assert state.completed_callbacks(seen) == {
        **dict.fromkeys(("0", "1", "1.uid-of-b"), CREATED_AT),
        "3": CREATED_AT + 60,
    }


def test_the_finalizers_name_is_no_receipt():
    assert state.completed_callbacks(job(annotations={"reported": "true"})) == {}


DEEP, DEEPER = ('{"id":' * depth + "1" + "}" * depth for depth in (40, 20_000))


@pytest.mark.parametrize("text", ["{", "[]", "null", "\ud800", DEEP, DEEPER])
def test_what_somebody_broke_by_hand_is_as_good_as_absent(text):
    broken = job()
    names = ("retry", "error", "detail-1", "reported-0", "next-look")
    for name in names:
        broken["metadata"]["annotations"][f"sqs-k8s.jobs/{name}"] = text

    assert (state.retry(broken), state.error(broken)) == ({}, None)
    assert state.details(broken) == {"1": {}}
    assert state.completed_callbacks(broken) == {"0": 0.0}
    assert state.next_look(broken) == 0.0


def test_details_are_read_as_they_were_written_the_first_pod_first():
    written = {"detail-1.a": {"podId": "a"}, "detail-1": {"podId": "é", "podName": None}}

    found = state.details(job(annotations=written))

    assert list(found.items()) == [("1", {"podId": "é", "podName": None}), ("1.a", {"podId": "a"})]


def test_an_end_that_was_decided_and_the_tries_are_read_as_they_were_written():
    tries = {"since": 1.5, "tries": 2, "next": 3.25}
    seen = job(annotations={"error": ERROR, "retry": tries, "next-look": CREATED})

    assert state.error(seen) == ERROR
    assert state.retry(seen) == tries
    assert state.next_look(seen) == CREATED_AT


def test_a_reference_names_one_object_and_nothing_of_its_state():
    assert state.object_ref(job()) == {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {name: job()["metadata"][name] for name in ("namespace", "name", "uid")},
    }


@pytest.mark.parametrize("text", [CREATED, "2026-01-01T00:00:00.000000Z", "2026-01-01T01:00+01:00"])
def test_moments_are_read_as_kubernetes_writes_them(text):
    assert state.parse_time(text) == CREATED_AT


@given(st.integers(0, 4_000_000_000))
def test_whatever_the_moment_is_it_can_be_written_and_read(moment):
    assert state.parse_time(state.format_time(moment)) == moment
    assert state.format_time(moment).endswith("Z")


def test_a_moment_is_in_utc_wherever_it_is_written(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert state.format_time(CREATED_AT) == CREATED
    finally:
        monkeypatch.undo()
        time.tzset()


def test_details_are_in_the_order_of_their_statuses():
    seen = job(annotations={"detail-10": {}, "detail-2": {}, "detail-1": {}})

    assert list(state.details(seen)) == ["1", "2", "10"]


def test_who_hears_of_it_is_named_without_the_password_that_older_versions_let_in():
    url = "https://user:s3cret@caller.example/hook"

    for ours in (job(webhook=url), record(webhook=url)):
        assert state.webhook(ours) == "https://caller.example/hook"


def test_a_job_is_found_by_no_label_of_a_record_whoever_has_put_it_there():
    labelled = job("one")
    labelled["metadata"]["labels"]["sqs-k8s.jobs/rejection"] = "of-another"

    assert state.rejection(labelled) is None
    assert state.delivery(labelled) == state.delivery(job("one"))
    assert state.rejection(record("one", rejection="its-own")) == "its-own"
