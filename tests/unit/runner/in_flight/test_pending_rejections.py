"""Refused messages whose callers have not accepted their 99 yet."""

import sys

import pytest
from kit.builders.outcomes import refused
from kit.models.memory_queue import message
from sqs_k8s_jobs.in_flight import rejections as of_rejections
from sqs_k8s_jobs.in_flight.rejections import ANSWER_SECONDS, PendingRejections, Rejection


@pytest.fixture
def untold(clock):
    return PendingRejections(clock)


def kept(untold, name, key="0000", **more):
    one = Rejection(message(name), refused(key, told=False, **more))
    untold.add(one)
    return one


def test_what_is_kept_is_taken_by_its_id_in_the_order_in_which_it_came(untold):
    first, other, second = kept(untold, "a"), kept(untold, "b", "0001"), kept(untold, "c")

    assert untold.pop("digest-0000", True) == [first, second]
    assert untold.pop("digest-0001", True) == [other]


def test_what_is_kept_of_one_id_is_taken_by_its_record(untold):
    first, other = kept(untold, "a", record="body-1"), kept(untold, "b", record="body-2")

    assert untold.pop("digest-0000", True) == []
    assert untold.pop("body-2", True) == [other]
    assert untold.pop("body-1", True) == [first]


def test_sqs_own_ids_of_what_is_kept_are_known_by_its_record(untold):
    for name in ("a", "b"):
        kept(untold, name, record="body-1")

    assert untold.message_ids("body-1") == ["a", "b"]
    assert untold.message_ids("body-2") == []


def test_attributes_count_as_much_as_bodies_in_what_is_kept(untold, monkeypatch):
    large = {"a": {"DataType": "String", "StringValue": "x" * 10_000}}
    monkeypatch.setattr(of_rejections, "MOST_BYTES", 25_000)
    some = [
        Rejection(message(f"m{n}", attributes=large), refused(f"000{n}", told=False))
        for n in range(3)
    ]

    assert [untold.add(one) for one in some] == [[], [], [some[0]]]


def test_what_was_taken_is_kept_no_more(untold):
    kept(untold, "a")
    untold.pop("digest-0000", True)

    assert untold.pop("digest-0000", True) == untold.drain() == []


def test_of_an_id_without_messages_there_is_nothing(untold):
    kept(untold, "a")

    assert untold.pop("another", True) == []


def test_emptied_it_gives_all_back_once(untold):
    both = [kept(untold, "a"), kept(untold, "b", "0001")]

    assert untold.drain() == both
    assert untold.drain() == untold.pop("digest-0000", True) == []


@pytest.mark.parametrize("accepted", [True, False])
def test_an_answer_that_came_before_the_message_was_kept_is_remembered(untold, clock, accepted):
    began = clock.now
    assert untold.pop("digest-0000", accepted) == []
    clock.now += 1

    assert untold.attempted_since("digest-0000", began) is accepted
    assert untold.attempted_since("digest-0001", began) is None


def test_an_answer_to_an_earlier_time_that_the_message_came_does_not_count(untold, clock):
    untold.pop("digest-0000", True)
    clock.now += 1

    assert untold.attempted_since("digest-0000", clock.now) is None


def test_answers_are_forgotten_in_time(untold, clock):
    untold.pop("digest-0000", True)
    clock.now += ANSWER_SECONDS + 1
    untold.pop("digest-0001", True)

    assert untold.attempted_since("digest-0000", 0.0) is None
    assert untold.attempted_since("digest-0001", 0.0) is True


@pytest.mark.parametrize(
    ("limit", "most"), [("MOST", 2), ("MOST_BYTES", 2 * sys.getsizeof(message("a").body))]
)
def test_the_number_of_messages_that_wait_for_callers_is_limited(untold, monkeypatch, limit, most):
    monkeypatch.setattr(of_rejections, limit, most)
    some = [Rejection(message(name), refused(f"000{name}", told=False)) for name in "abcd"]
    untold.add(some[0])
    untold.pop("digest-000a", True)

    left = [untold.add(one) for one in some]

    assert left == [[], [], [some[0]], [some[1]]]
    assert untold.drain() == some[2:]
    assert untold.add(some[0]) == []
