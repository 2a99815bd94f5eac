"""Report after report: what a caller hears in all, whatever happens to Job, pods and answers."""

import json

from ansible_collections.sqs_k8s.jobs.plugins.module_utils.common.statuses import (
    TERMINAL,
    status_of,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import state
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.due import due
from hypothesis import given
from hypothesis import strategies as st
from kit.builders.job_snapshots import ENDS, OPEN, snapshots
from kit.builders.objects import annotated, job, pod, record
from kit.builders.statuses import COMPLETE, CREATED_AT, FAILED
from kit.models.reports import ALL, LIMITS, Reports

A_PAUSE = LIMITS["retry_backoff_max"]
HISTORIES = st.tuples(
    st.lists(snapshots(OPEN, st.booleans()), max_size=4),
    st.lists(snapshots(ENDS, st.booleans()), max_size=4),
    snapshots(ENDS),
).map(lambda parts: [*parts[0], *parts[1], parts[2]])


def lived_through(history):
    """Reports of a Job with such a history; in the end its caller accepts everything."""
    reports, now = Reports(job()), CREATED_AT
    for snapshot in history:
        now += snapshot.seconds
        reports.thing = snapshot.seen(reports.thing)
        reports.look(snapshot.pods, snapshot.accepting, now)
        assert not (state.callbacks_complete(reports.thing) and due(reports.thing, snapshot.pods))
    reports.look(history[-1].pods, ALL, now + A_PAUSE)
    return reports


@given(HISTORIES)
def test_whatever_happens_when_a_caller_hears_each_status_once_in_order_and_one_end(history):
    reports = lived_through(history)

    statuses = [status_of(key) for key in reports.settled]
    assert statuses == sorted(statuses)
    assert len(set(reports.settled)) == len(reports.settled)
    assert [status for status in statuses if status in TERMINAL] == statuses[-1:]
    assert state.callbacks_complete(reports.thing)
    assert set(state.completed_callbacks(reports.thing)) == set(reports.settled)


@given(HISTORIES)
def test_whatever_happens_when_a_repeat_is_the_same_to_the_byte(history):
    bodies = set(lived_through(history).bodies)

    assert len({key for key, _, _ in bodies}) == len(bodies)
    assert len({delivery_id for _, _, delivery_id in bodies}) == len(bodies)


@given(HISTORIES)
def test_whatever_happens_what_was_written_down_once_stays_as_it_was(history):
    reports, now, written = Reports(job()), CREATED_AT, {}
    for snapshot in history:
        now += snapshot.seconds
        reports.thing = snapshot.seen(reports.thing)
        reports.look(snapshot.pods, snapshot.accepting, now)
        names = ("detail-", "error", "reported-", "expired-")
        kept = {n: v for n, v in annotated(reports.thing).items() if n.startswith(names)}
        assert kept == {**kept, **written}
        written = kept


@given(HISTORIES)
def test_whatever_happens_when_nothing_comes_after_the_end(history):
    reports = lived_through(history)
    sent_before = list(reports.bodies)

    reports.look(history[0].pods, ALL, CREATED_AT + 1e6)

    assert reports.bodies == sent_before


def test_a_start_is_told_with_its_pods_name_although_the_pod_is_gone():
    reports = Reports(job())
    reports.look([pod("first")], accepting=1)

    reports.look([], ALL, CREATED_AT + A_PAUSE)

    (first, again) = [body for key, body, _ in reports.bodies if key == "1"]
    assert first == again
    assert json.loads(again)["detail"]["podName"] == "first"


def test_a_later_status_waits_until_an_earlier_one_was_accepted():
    reports = Reports(job(ended=COMPLETE, succeeded=1))

    for look, accepting in enumerate((0, 1, 1, 1)):
        reports.look([], accepting, CREATED_AT + look * A_PAUSE)

    assert reports.settled == ["0", "1", "2"]


def test_what_nobody_accepts_for_long_expires_and_the_rest_expires_with_it():
    reports, now = Reports(job(ended=FAILED, failed=1)), CREATED_AT

    while not state.callbacks_complete(reports.thing):
        reports.look([pod(phase="Failed")], 0, now)
        now += A_PAUSE
        assert now < CREATED_AT + 2 * LIMITS["retry_max_age"]

    assert reports.expired == reports.settled == ["0", "3"]


def test_a_caller_that_answers_again_after_something_expired_hears_the_rest():
    reports = Reports(job(ended=COMPLETE, succeeded=1))
    reports.look([], 0, CREATED_AT)
    reports.look([], 0, CREATED_AT + LIMITS["retry_max_age"])

    reports.look([], ALL, CREATED_AT + LIMITS["retry_max_age"])

    assert (reports.expired, reports.settled) == (["0"], ["0", "1", "2"])


def test_the_caller_of_a_refused_message_hears_99_once():
    reports = Reports(record())

    for look, accepting in enumerate((0, ALL, ALL)):
        reports.look([], accepting, CREATED_AT + look * A_PAUSE)

    assert [key for key, _, _ in reports.bodies] == ["99", "99"]
    assert reports.settled == ["99"]
