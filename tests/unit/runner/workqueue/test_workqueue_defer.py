"""Ids that are held: they are given out later, and only if they are wanted."""

from __future__ import annotations

from kit.models.clock import Clock
from kit.threads import PATIENCE, meanwhile, within_patience
from sqs_k8s_jobs.workqueue.workqueue import MAX_STALE_ENTRIES, WorkQueue


def held(digest, clock=None):
    some = WorkQueue(clock or Clock(0.0))
    some.defer(digest, 10)
    return some


def take(some):
    """What can be taken without waiting, beside an id that is always there."""
    some.add("other")
    taken = within_patience(some.get_batch, 100)
    some.done(["other"])
    return [one for one in taken if one != "other"]


def test_what_is_held_is_not_given_out_however_often_it_is_wanted():
    some = held("a")
    some.add("a")
    some.add_if_idle("a")

    assert take(some) == []


def test_what_is_free_again_is_given_out_once():
    some = held("a")
    some.add("a")
    some.add("a")

    some.undefer("a")

    assert take(some) == ["a"]
    some.done(["a"])
    assert take(some) == []


def test_who_waits_gets_what_is_free_again():
    some = held("a")
    some.add("a")

    taken = meanwhile(some.get_batch, 10)
    some.undefer("a")

    assert taken.result(PATIENCE) == ["a"]


def test_what_nobody_frees_is_given_out_when_its_time_is_over():
    clock = Clock(0.0)
    some = held("a", clock)
    some.add("a")

    clock.now = 9.9
    assert take(some) == []
    clock.now = 10.0
    assert take(some) == ["a"]


def test_what_is_held_and_not_wanted_does_not_come():
    clock = Clock(0.0)
    some = held("a", clock)
    clock.now = 10.0

    assert take(some) == []
    some.add("a")
    assert take(some) == ["a"]


def test_it_keeps_its_lane_and_endpoint():
    some = held("a")
    some.add("a", "slow", "http://here.example")
    some.add("a", "slow")

    some.undefer("a")

    assert within_patience(some.get_batch, 10, "slow") == ["a"]


def test_what_is_discarded_or_put_off_meanwhile_is_held_no_longer():
    clock = Clock(0.0)
    some = held("a", clock)
    some.defer("b", 10)
    for digest in ("a", "b"):
        some.add(digest)

    some.forget("a")
    some.add_after("b", 30)
    clock.now = 9.0
    assert take(some) == []
    some.add("a")
    assert take(some) == ["a"]
    clock.now = 30.0
    assert take(some) == ["b"]


def test_to_free_what_is_not_held_changes_nothing():
    some = WorkQueue(Clock(0.0))
    some.undefer("a")

    assert take(some) == []


def test_what_was_held_leaves_nothing_behind():
    some = WorkQueue(Clock(0.0))
    for number in range(3 * MAX_STALE_ENTRIES):
        some.defer(str(number), 10)
        some.undefer(str(number))

    assert len(some._due) <= MAX_STALE_ENTRIES + 1


def test_what_is_wanted_already_is_not_given_out_before_its_time_either():
    clock = Clock(0.0)
    some = WorkQueue(clock)
    some.add("a", endpoint="here")
    some.defer("a", 10)
    assert take(some) == []

    clock.now = 10.0
    assert take(some) == ["a"]


def test_what_is_held_again_is_wanted_as_before():
    clock = Clock(0.0)
    some = held("a", clock)
    some.add("a")
    some.defer("a", 20)

    clock.now = 10.0
    assert take(some) == []
    clock.now = 20.0
    assert take(some) == ["a"]


def test_a_hold_does_not_take_away_a_look():
    clock = Clock(0.0)
    some = WorkQueue(clock)
    some.look("a", 5)
    clock.now = 5.0
    some.add_if_idle("other")
    some._promote()

    some.defer("a", 10)

    assert "a" in within_patience(some.get_batch, 100)
