"""Refused messages whose callers have not accepted their 99 yet."""

import sys

import pytest
from kit.builders.outcomes import refused
from kit.models.memory_queue import message
from sqs_k8s_jobs.in_flight import rejections as of_rejections
from sqs_k8s_jobs.in_flight.rejections import ANSWER_SECONDS, PendingRejections, Rejection


@pytest.fixture
def pending(clock):
    return PendingRejections(clock)


def kept(pending, name, key="0000", **more):
    one = Rejection(message(name), refused(key, delivered=False, **more))
    pending.add(one)
    return one


def test_what_is_kept_is_taken_by_its_id_in_the_order_in_which_it_came(pending):
    first, other, second = kept(pending, "a"), kept(pending, "b", "0001"), kept(pending, "c")

    assert pending.pop("digest-0000", True) == [first, second]
    assert pending.pop("digest-0001", True) == [other]


def test_what_is_kept_of_one_id_is_taken_by_its_record(pending):
    first, other = kept(pending, "a", record="body-1"), kept(pending, "b", record="body-2")

    assert pending.pop("digest-0000", True) == []
    assert pending.pop("body-2", True) == [other]
    assert pending.pop("body-1", True) == [first]


def test_sqs_own_ids_of_what_is_kept_are_known_by_its_record(pending):
    for name in ("a", "b"):
        kept(pending, name, record="body-1")

    assert pending.message_ids("body-1") == ["a", "b"]
    assert pending.message_ids("body-2") == []


def test_attributes_count_as_much_as_bodies_in_what_is_kept(pending, monkeypatch):
    large = {"a": {"DataType": "String", "StringValue": "x" * 10_000}}
    monkeypatch.setattr(of_rejections, "MAX_BYTES", 25_000)
    some = [
        Rejection(message(f"m{n}", attributes=large), refused(f"000{n}", delivered=False))
        for n in range(3)
    ]

    assert [pending.add(one) for one in some] == [[], [], [some[0]]]


def test_what_was_taken_is_kept_no_more(pending):
    kept(pending, "a")
    pending.pop("digest-0000", True)

    assert pending.pop("digest-0000", True) == pending.drain() == []


def test_of_an_id_without_messages_there_is_nothing(pending):
    kept(pending, "a")

    assert pending.pop("another", True) == []


def test_emptied_it_gives_all_back_once(pending):
    both = [kept(pending, "a"), kept(pending, "b", "0001")]

    assert pending.drain() == both
    assert pending.drain() == pending.pop("digest-0000", True) == []


@pytest.mark.parametrize("accepted", [True, False])
def test_an_answer_that_came_before_the_message_was_kept_is_remembered(pending, clock, accepted):
    began = clock.now
    assert pending.pop("digest-0000", accepted) == []
    clock.now += 1

    assert pending.attempted_since("digest-0000", began) is accepted
    assert pending.attempted_since("digest-0001", began) is None


def test_an_answer_to_an_earlier_time_that_the_message_came_does_not_count(pending, clock):
    pending.pop("digest-0000", True)
    clock.now += 1

    assert pending.attempted_since("digest-0000", clock.now) is None


def test_answers_are_forgotten_in_time(pending, clock):
    pending.pop("digest-0000", True)
    clock.now += ANSWER_SECONDS + 1
    pending.pop("digest-0001", True)

    assert pending.attempted_since("digest-0000", 0.0) is None
    assert pending.attempted_since("digest-0001", 0.0) is True


@pytest.mark.parametrize(
    ("limit", "most"), [("MAX_MESSAGES", 2), ("MAX_BYTES", 2 * sys.getsizeof(message("a").body))]
)
def test_the_number_of_messages_that_wait_for_callers_is_limited(pending, monkeypatch, limit, most):
    monkeypatch.setattr(of_rejections, limit, most)
    some = [Rejection(message(name), refused(f"000{name}", delivered=False)) for name in "abcd"]
    pending.add(some[0])
    pending.pop("digest-000a", True)

    left = [pending.add(one) for one in some]

    assert left == [[], [], [some[0]], [some[1]]]
    assert pending.drain() == some[2:]
    assert pending.add(some[0]) == []
