"""Which queue has each place of a batch: shares by weight."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqs_k8s_jobs.queue_urls import MAXIMUM
from sqs_k8s_jobs.shares import places

QUEUES = st.lists(
    st.tuples(st.integers(0, 300), st.integers(1, MAXIMUM)), min_size=1, max_size=6
)  # what waits, and the weight, of each
LIMITS = st.integers(6, 200)


def shares(limit, queues):
    """How many places each queue has."""
    count = Counter(places(limit, [waiting for waiting, _ in queues], [w for _, w in queues]))
    return [count[number] for number in range(len(queues))]


@pytest.mark.parametrize(
    ("queues", "expected"),
    [
        ([(300, 1)], [200]),
        ([(300, 1), (300, 1)], [100, 100]),
        ([(300, 3), (300, 1)], [150, 50]),
        ([(300, 1), (1, 1)], [199, 1]),
        ([(300, 1), (40, 1), (0, 1000)], [160, 40, 0]),
        ([(300, 1), (300, 1000)], [1, 199]),
        ([(300, 2), (300, 1), (300, 1)], [100, 50, 50]),
        ([(0, 1), (0, 1)], [0, 0]),
    ],
)
def test_two_hundred_places_are_shared_like_this(queues, expected):
    assert shares(200, queues) == expected


@given(LIMITS, QUEUES)
def test_no_place_is_left_while_something_waits_and_none_is_given_for_nothing(limit, queues):
    given_out = shares(limit, queues)

    assert sum(given_out) == min(limit, sum(waiting for waiting, _ in queues))
    assert all(share <= waiting for share, (waiting, _) in zip(given_out, queues, strict=True))


@given(LIMITS, QUEUES)
def test_every_queue_with_something_waiting_has_a_place_and_these_come_first(limit, queues):
    some = [number for number, (waiting, _) in enumerate(queues) if waiting]

    found = places(limit, [waiting for waiting, _ in queues], [weight for _, weight in queues])

    assert sorted(found[: len(some)]) == some


@given(LIMITS, QUEUES, st.data())
def test_with_more_weight_a_queue_has_no_fewer_places_and_the_others_no_more(limit, queues, data):
    number = data.draw(st.integers(0, len(queues) - 1))
    waiting, weight = queues[number]
    heavier = [*queues]
    heavier[number] = (waiting, data.draw(st.integers(weight, MAXIMUM)))

    before, after = shares(limit, queues), shares(limit, heavier)

    assert after[number] >= before[number]
    assert all(after[n] <= before[n] for n in range(len(queues)) if n != number)


@given(LIMITS, st.integers(1, MAXIMUM), st.integers(1, MAXIMUM))
def test_of_two_floods_each_has_its_share_to_the_place(limit, one, other):
    share = limit * one / (one + other)

    (found, _) = shares(limit, [(300, one), (300, other)])

    assert abs(found - min(max(share, 1), limit - 1)) <= 1


@given(LIMITS, QUEUES, st.integers(1, 50))
def test_with_more_places_no_queue_has_fewer(limit, queues, more):
    pairs = zip(shares(limit, queues), shares(limit + more, queues), strict=True)

    assert all(before <= after for before, after in pairs)


def test_where_there_are_more_queues_than_places_the_last_have_none():
    assert places(2, [1, 1, 1], [1, 1, 1000]) == [0, 1]
