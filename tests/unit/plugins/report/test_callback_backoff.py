"""Backoff: the pause between two attempts grows alike for callbacks and for messages."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.message import read
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import backoff as callbacks
from hypothesis import given
from hypothesis import strategies as st
from sqs_k8s_jobs import backoff as messages
from sqs_k8s_jobs.queue import sqs

FIRST, LIMIT = 10.0, 600.0


@given(st.integers(1, 10**6), st.text("0123456789abcdef", min_size=1))
def test_whatever_was_tried_a_pause_is_bounded_and_follows_from_id_and_number(tries, digest):
    seconds = callbacks.backoff_seconds(tries, digest, FIRST, LIMIT)

    assert FIRST / 2 <= seconds <= LIMIT
    assert callbacks.backoff_seconds(tries, digest, FIRST, LIMIT) == seconds


def test_the_pauses_of_many_ids_are_scattered():
    assert (
        len({callbacks.backoff_seconds(1, str(number), FIRST, LIMIT) for number in range(100)}) > 50
    )


@pytest.mark.parametrize(("tries", "least", "most"), [(1, 30, 60), (2, 60, 120), (3, 120, 240)])
def test_a_pause_doubles_and_is_at_least_half_of_that(tries, least, most):
    pauses = [callbacks.backoff_seconds(tries, str(number), 60.0, 1e6) for number in range(2000)]

    assert (min(pauses), max(pauses)) == (least, most)


def test_pauses_double_thirty_times_at_most_and_each_try_has_a_scatter_of_its_own():
    assert callbacks.backoff_seconds(100, "a", 1.0, 2.0**40) <= 2.0**30
    pauses = {callbacks.backoff_seconds(n, "a", 1.0, 2.0**40) / 2.0 ** (n - 1) for n in range(1, 9)}
    assert len(pauses) == 8


@given(st.integers(0, 10**6), st.floats(0.01, 1e4), st.floats(0.01, 1e7))
def test_messages_and_callbacks_have_one_backoff(tries, first, limit):
    whole = callbacks.doubled(tries, first, limit)

    assert messages.doubled(tries, first, limit) == whole
    assert whole / 2 <= messages.backoff_seconds(tries, first, limit) <= whole


def test_the_queue_and_the_collection_read_one_form_of_a_traceparent():
    assert sqs.TRACEPARENT == read.TRACEPARENT
