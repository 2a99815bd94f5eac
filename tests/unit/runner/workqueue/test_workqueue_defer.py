"""Ids that are held: they are given out later, and only if they are wanted."""

from kit.models.clock import Clock
from kit.threads import PATIENCE, meanwhile, within_patience
from sqs_k8s_jobs.workqueue.workqueue import MAX_STALE_ENTRIES, WorkQueue


def held(digest, clock=None):
    queue = WorkQueue(clock or Clock(0.0))
    queue.defer(digest, 10)
    return queue


def take(queue):
    """Take ids without waiting, beside an id that is always there."""
    queue.add("other")
    taken = within_patience(queue.get_batch, 100)
    queue.done(["other"])
    return [one for one in taken if one != "other"]


def test_what_is_held_is_not_given_out_however_often_it_is_wanted():
    queue = held("a")
    queue.add("a")
    queue.add_if_idle("a")

    assert take(queue) == []


def test_what_is_free_again_is_given_out_once():
    queue = held("a")
    queue.add("a")
    queue.add("a")

    queue.undefer("a")

    assert take(queue) == ["a"]
    queue.done(["a"])
    assert take(queue) == []


def test_who_waits_gets_what_is_free_again():
    queue = held("a")
    queue.add("a")

    taken = meanwhile(queue.get_batch, 10)
    queue.undefer("a")

    assert taken.result(PATIENCE) == ["a"]


def test_what_nobody_frees_is_given_out_when_its_time_is_over():
    clock = Clock(0.0)
    queue = held("a", clock)
    queue.add("a")

    clock.now = 9.9
    assert take(queue) == []
    clock.now = 10.0
    assert take(queue) == ["a"]


def test_what_is_held_and_not_wanted_does_not_come():
    clock = Clock(0.0)
    queue = held("a", clock)
    clock.now = 10.0

    assert take(queue) == []
    queue.add("a")
    assert take(queue) == ["a"]


def test_it_keeps_its_lane_and_endpoint():
    queue = held("a")
    queue.add("a", "slow", "http://here.example")
    queue.add("a", "slow")

    queue.undefer("a")

    assert within_patience(queue.get_batch, 10, "slow") == ["a"]


def test_what_is_discarded_or_put_off_meanwhile_is_held_no_longer():
    clock = Clock(0.0)
    queue = held("a", clock)
    queue.defer("b", 10)
    for digest in ("a", "b"):
        queue.add(digest)

    queue.forget("a")
    queue.add_after("b", 30)
    clock.now = 9.0
    assert take(queue) == []
    queue.add("a")
    assert take(queue) == ["a"]
    clock.now = 30.0
    assert take(queue) == ["b"]


def test_to_free_what_is_not_held_changes_nothing():
    queue = WorkQueue(Clock(0.0))
    queue.undefer("a")

    assert take(queue) == []


def test_what_was_held_leaves_nothing_behind():
    queue = WorkQueue(Clock(0.0))
    for number in range(3 * MAX_STALE_ENTRIES):
        queue.defer(str(number), 10)
        queue.undefer(str(number))

    assert len(queue._due) <= MAX_STALE_ENTRIES + 1


def test_what_is_wanted_already_is_not_given_out_before_its_time_either():
    clock = Clock(0.0)
    queue = WorkQueue(clock)
    queue.add("a", endpoint="here")
    queue.defer("a", 10)
    assert take(queue) == []

    clock.now = 10.0
    assert take(queue) == ["a"]


def test_what_is_held_again_is_wanted_as_before():
    clock = Clock(0.0)
    queue = held("a", clock)
    queue.add("a")
    queue.defer("a", 20)

    clock.now = 10.0
    assert take(queue) == []
    clock.now = 20.0
    assert take(queue) == ["a"]


def test_a_hold_does_not_take_away_a_look():
    clock = Clock(0.0)
    queue = WorkQueue(clock)
    queue.look_after("a", 5)
    clock.now = 5.0
    queue.add_if_idle("other")
    queue._promote()

    queue.defer("a", 10)

    assert "a" in within_patience(queue.get_batch, 100)
