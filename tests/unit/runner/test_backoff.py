"""Pauses between tries: they grow, differ, and have an end."""

from hypothesis import given
from hypothesis import strategies as st
from sqs_k8s_jobs.backoff import backoff_seconds

SECONDS = st.floats(0.1, 600.0)


@given(st.integers(1, 10), SECONDS)
def test_whatever_the_first_pause_each_further_one_doubles_with_jitter(tries, first):
    whole = first * 2 ** (tries - 1)

    assert whole / 2 <= backoff_seconds(tries, first, whole) <= whole


@given(st.integers(-1, 100_000), SECONDS, SECONDS)
def test_whatever_the_number_of_tries_no_pause_is_over_the_limit_or_nothing(tries, first, limit):
    assert 0 < backoff_seconds(tries, first, limit) <= limit


def test_two_that_failed_together_do_not_come_again_together():
    assert len({backoff_seconds(3, 5, 300) for _ in range(20)}) > 1


def test_before_the_first_failed_try_a_pause_is_no_longer_than_after_it():
    assert backoff_seconds(0, 5, 300) <= 5
