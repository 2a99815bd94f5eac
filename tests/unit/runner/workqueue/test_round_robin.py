"""Ids that wait by endpoint, and leave in turn."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqs_k8s_jobs.workqueue.round_robin import RoundRobinQueue

IDS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 20)), unique=True)


def turns(pairs):
    made = RoundRobinQueue()
    for endpoint, number in pairs:
        made.add(f"{endpoint}{number}", endpoint)
    return made


def taken(some):
    """All that waits, in turn."""
    found = []
    while some:
        found.append(some.next())
    return found


@given(IDS)
def test_each_id_leaves_once_and_those_of_one_endpoint_as_they_came(pairs):
    found = taken(turns(pairs))

    for name in "abc":
        came = [f"{name}{number}" for endpoint, number in pairs if endpoint == name]
        assert [digest for digest, endpoint in found if endpoint == name] == came


@given(IDS)
def test_no_endpoint_has_a_second_turn_before_every_other_had_its_own(pairs):
    left = Counter(endpoint for endpoint, _ in pairs)
    had = Counter()

    for _, endpoint in taken(turns(pairs)):
        had[endpoint] += 1
        left[endpoint] -= 1
        assert all(had[other] >= had[endpoint] - 1 for other in left if left[other])


def test_what_is_added_twice_waits_once_where_it_was():
    some = turns([("a", 0), ("a", 1)])
    some.add("a0", "a")

    assert taken(some) == [("a0", "a"), ("a1", "a")]


def test_what_is_removed_does_not_leave_and_an_endpoint_without_ids_has_no_turn():
    some = turns([("a", 0), ("b", 0), ("b", 1)])
    some.remove("a0", "a")
    some.remove("b0", "b")

    assert taken(some) == [("b1", "b")]
    assert not some


def test_an_endpoint_that_comes_new_is_last_in_turn():
    some = turns([("a", 0), ("a", 1), ("b", 0)])
    assert some.next() == ("a0", "a")

    some.add("c0", "c")

    assert taken(some) == [("b0", "b"), ("a1", "a"), ("c0", "c")]


def test_what_never_waited_cannot_be_removed():
    with pytest.raises(KeyError):
        turns([("a", 0)]).remove("b0", "b")


def test_endpoints_that_are_not_known_to_answer_have_half_of_the_turns_together():
    some = RoundRobinQueue({"known": "203.0.113.1"}.get)
    for number in range(100):
        some.add(f"new{number}", f"new{number}")
    for number in range(3):
        some.add(f"known{number}", "known")

    ids = [digest for digest, _endpoint in taken(some)]

    assert ids[:6] == ["known0", "new0", "known1", "new1", "known2", "new2"]
    assert ids[6:] == [f"new{number}" for number in range(3, 100)]


def test_endpoints_of_one_server_have_its_turn_together_however_many_they_are():
    some = RoundRobinQueue(lambda endpoint: "alone" if endpoint == "one" else "crowd")
    for number in range(100):
        some.add(f"crowd{number}", f"crowd{number}")
    for number in range(3):
        some.add(f"one{number}", "one")

    ids = [digest for digest, _endpoint in taken(some)]

    assert ids[:6] == ["crowd0", "one0", "crowd1", "one1", "crowd2", "one2"]
    assert ids[6:] == [f"crowd{number}" for number in range(3, 100)]


def test_an_id_can_be_removed_though_its_endpoint_has_answered_meanwhile():
    known = {}
    some = RoundRobinQueue(known.get)
    some.add("a0", "a")
    known["a"] = "203.0.113.1"
    some.remove("a0", "a")
    some.add("a1", "a")

    assert taken(some) == [("a1", "a")]


def test_an_endpoint_takes_its_ids_along_to_the_server_that_is_known_of_it_by_now():
    known = {"a": "not seen", "b": "not seen"}
    some = RoundRobinQueue(known.get)
    for number in range(3):
        some.add(f"a{number}", "a")
        some.add(f"b{number}", "b")
    known["b"] = "203.0.113.1"
    some.add("b3", "b")
    some.add("a3", "a")

    assert [digest for digest, _endpoint in taken(some)] == [
        "a0",
        "b0",
        "a1",
        "b1",
        "a2",
        "b2",
        "a3",
        "b3",
    ]
    assert not some
