"""The watch's conditions for a report of a Job or record."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import keys, state
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import callbacks
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.exceptional import terminations
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations import servers
from hypothesis import example, given
from hypothesis import strategies as st
from kit.builders.objects import digest_of, job, pod, record, strangers_job
from kit.builders.statuses import (
    COMPLETE,
    CREATED,
    CREATED_AT,
    ERROR,
    FAILED,
    condition,
    terminated,
)
from sqs_k8s_jobs.cluster import predicates

LATER = {"next-look": "2026-01-01T00:10:00Z"}  # ten minutes after CREATED
NEW = {**LATER, "retry": {"next": CREATED_AT + 600}}
COUNT = st.sampled_from([None, 0, 1])


@pytest.mark.parametrize(
    "name",
    [
        *(
            "ID_LABEL",
            "DONE_LABEL",
            "RECORD_LABEL",
            "REJECTION_LABEL",
            "EXPIRED_LABEL",
            "FINALIZER",
        ),
        *("WEBHOOK_ANNOTATION", "RETRY_ANNOTATION", "NEXT_ANNOTATION", "ERROR_ANNOTATION"),
    ],
)
def test_the_watch_knows_the_names_that_the_collection_writes(name):
    assert getattr(predicates, name) == getattr(keys, name)


def test_the_watch_knows_the_receipt_of_the_first_pod():
    assert predicates.POD_REPORTED == keys.REPORTED_PREFIX + "1"
    assert predicates.POD_EXPIRED == keys.EXPIRED_PREFIX + "1"


def test_a_thing_belongs_to_the_id_on_its_label():
    assert predicates.id_label(job("one")) == predicates.id_label(record("one")) == digest_of("one")
    assert predicates.id_label({"metadata": {}}) is None
    assert predicates.id_label({"metadata": {"labels": None}}) is None


def test_a_record_is_reported_by_a_digest_of_its_own_and_one_of_an_earlier_version_by_its_ids():
    assert predicates.digest(record("one", rejection="body-1")) == "body-1"
    assert predicates.digest(record("one")) == predicates.digest(job("one")) == digest_of("one")


@pytest.mark.parametrize(
    ("seen", "seconds"),
    [
        (job(), 0),
        (job(settled="0", annotations=LATER), 600),
        (job(settled="0", annotations=LATER, active=1), 600),
        (job(settled="0", annotations=LATER, ready=1), 0),
        (job(settled="0", annotations=LATER, failed=1), 0),
        (job(settled="0 1", annotations=LATER, ready=1), 600),
        (job(settled="0", annotations={**LATER, "expired-1": CREATED}, ready=1), 600),
        (job(settled="0", annotations=LATER, ended=COMPLETE), 0),
        (job(settled="0 1", annotations=LATER, ended=FAILED), 0),
        (job(settled="0 1", annotations=LATER, ended=condition("Failed", status="False")), 600),
        (job(settled="0 1", annotations=LATER, ended=condition("FailureTarget")), 120),
        (job(settled="0", annotations=LATER, deleted=True), 0),
        (job(settled="0", annotations={**LATER, "error": ERROR}), 0),
    ],
)
def test_a_job_wakes_at_once_with_news_and_else_at_its_next_look(seen, seconds):
    assert predicates.job_requeue_after(seen, CREATED_AT) == seconds


@pytest.mark.parametrize("more", [{"ended": COMPLETE}, {"ready": 1}, {}])
def test_a_job_whose_callback_was_refused_waits_for_its_next_try(more):
    refused = job(annotations=NEW, **more)

    assert predicates.job_requeue_after(refused, CREATED_AT) == 600


def test_a_next_look_that_is_past_wakes_at_once():
    for thing, wakes_in in (
        (job(annotations=NEW), predicates.job_requeue_after),
        (record(annotations=NEW), predicates.record_requeue_after),
    ):
        assert wakes_in(thing, CREATED_AT + 600) == wakes_in(thing, CREATED_AT + 9999) == 0


@given(st.integers(-700, 700), st.integers(0, 300), st.integers(0, 1200))
@example(tried=600, pause=5, now=1)
def test_whoevers_clock_was_ahead_the_watch_wakes_as_soon_as_the_next_try_is_due(tried, pause, now):
    moment, look = CREATED_AT + now, CREATED_AT + tried + pause
    known = {
        "retry": {"since": CREATED_AT, "tries": 1, "tried": CREATED_AT + tried, "next": look},
        "next-look": state.format_time(look),
    }
    seen, refused = job(annotations=known), record(annotations=known)

    for thing, seconds in (
        (seen, predicates.job_requeue_after(seen, moment)),
        (refused, predicates.record_requeue_after(refused, moment)),
    ):
        is_due = bool(callbacks.callbacks_due([thing], [], moment))
        assert is_due == (seconds == 0)
        assert seconds <= pause


def test_a_job_that_is_done_wakes_when_its_window_is_over():
    done = job(settled="0 1 2", done=True, ended=COMPLETE, deleted=True, annotations=LATER)

    assert predicates.job_requeue_after(done, CREATED_AT) == 600
    assert predicates.job_requeue_after(done, CREATED_AT + 600) == 0


def test_a_job_that_is_done_and_released_does_not_wake():
    released = job(done=True, ended=COMPLETE, annotations=LATER, finalizers=())

    assert predicates.job_requeue_after(released, CREATED_AT + 9999) is None
    released["metadata"]["finalizers"] = None
    assert predicates.job_requeue_after(released, CREATED_AT + 9999) is None


def test_a_job_that_says_nothing_yet_wakes():
    assert predicates.job_requeue_after({"metadata": {"name": "young"}}, CREATED_AT) == 0


def test_a_record_of_a_refused_message_wakes_at_once_and_then_at_its_next_look():
    assert predicates.record_requeue_after(record(), CREATED_AT) == 0
    assert predicates.record_requeue_after(record(annotations=LATER), CREATED_AT) == 600
    assert predicates.record_requeue_after(record(annotations=LATER, done=True), CREATED_AT) == 600


def test_a_record_that_keeps_what_expired_waits_for_people():
    expired = record()
    expired["metadata"]["labels"]["sqs-k8s.jobs/expired"] = "true"
    letter = record()
    del letter["metadata"]["labels"]["sqs-k8s.jobs/record"]

    assert predicates.record_requeue_after(expired, CREATED_AT) is None
    assert predicates.record_requeue_after(letter, CREATED_AT) is None


@pytest.mark.parametrize("phase", ["Pending", "Succeeded", "Failed", "Unknown"])
def test_only_a_pod_that_runs_wakes(phase):
    assert predicates.pod_calls_for_report(pod(phase="Running"))
    assert not predicates.pod_calls_for_report(pod(phase=phase))
    assert not predicates.pod_calls_for_report({"metadata": {"name": "young"}})


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("https://caller.example:8443/a?b", "https://caller.example:8443"),
        ("http://user:secret@caller.example/", "http://caller.example"),
        ("http://user:sec/ret@caller.example/", ""),
        ("http://[broken", ""),
        (None, ""),
    ],
)
def test_a_things_endpoint_is_the_server_that_hears_of_it(url, server):
    assert (
        predicates.endpoint(job(webhook=url)) == predicates.endpoint(record(webhook=url)) == server
    )
    assert predicates.endpoint(strangers_job()) == ""


@pytest.mark.parametrize(
    ("annotations", "answered"),
    [
        ({}, False),
        ({"reported-0": CREATED}, True),
        ({"reported-99": CREATED}, True),
        ({"expired-0": CREATED}, False),
        ({"reported-0": CREATED, "retry": "{}"}, False),
    ],
)
def test_an_endpoint_has_answered_that_accepted_something_and_refused_nothing_since(
    annotations, answered
):
    thing = job()
    of_it = thing["metadata"].setdefault("annotations", {})
    of_it.update({predicates.PREFIX + name: value for name, value in annotations.items()})

    assert predicates.has_answered(thing) is answered


@given(st.from_regex(r"https?://[a-z0-9.:@]{1,20}(/[a-z]*)?(\?[a-z]*)?", fullmatch=True))
def test_whatever_the_url_the_watch_and_the_events_name_the_same_endpoint(url):
    assert predicates.endpoint(job(webhook=url)) == servers.endpoint_of(url)


@given(
    st.sampled_from(["0", "0 1", "0 1 2", "0 1 3", "0 3", "0 99"]),
    st.sampled_from([None, COMPLETE, FAILED]),
    st.fixed_dictionaries({"ready": COUNT, "succeeded": COUNT, "failed": COUNT}),
    st.booleans(),
)
def test_whatever_a_job_says_it_wakes_if_something_is_due(settled, ended, counts, decided):
    done = settled not in ("0", "0 1")
    known = {**LATER, **({"error": ERROR} if decided else {})}
    seen = job(settled=settled, ended=ended, done=done, annotations=known, **counts)
    ran = pod(phase="Failed", container=terminated(3))
    pods = [pod()] if counts["ready"] else [ran] if counts["failed"] else []

    if callbacks.callbacks_due([seen], pods, CREATED_AT):
        assert predicates.job_requeue_after(seen, CREATED_AT) == 0
    else:
        assert done or predicates.job_requeue_after(seen, CREATED_AT) == 600 or counts["succeeded"]


@pytest.mark.parametrize(
    ("status", "seconds"),
    [({"failed": 1}, 120), ({"failed": 1, "active": 1}, 600), ({"failed": 1, "ended": FAILED}, 0)],
)
def test_a_job_that_should_have_gone_on_wakes_a_while_after_it_was_touched(status, seconds):
    seen = job(settled="0 1", annotations=LATER, **status)
    seen["metadata"]["managedFields"] = [{"time": CREATED}, {"manager": "without a time"}]

    assert predicates.job_requeue_after(seen, CREATED_AT) == seconds
    assert predicates.IDLE_SECONDS == terminations.IDLE_SECONDS


def test_a_job_that_was_deleted_is_looked_at_once_more_for_pods_that_it_left_behind():
    left = job(deleted=True, done=True, annotations={"error": ERROR, **LATER})

    assert predicates.job_requeue_after(left, CREATED_AT) == predicates.STUCK_SECONDS
    assert (
        predicates.job_requeue_after(left, CREATED_AT + predicates.STUCK_SECONDS)
        == 600 - predicates.STUCK_SECONDS
    )
