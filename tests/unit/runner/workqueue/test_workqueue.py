"""The ids that are worth a report, now or later, in lanes."""

from __future__ import annotations

import pytest
from kit.models.clock import Clock
from kit.threads import PATIENCE, meanwhile, within_patience
from sqs_k8s_jobs.workqueue.workqueue import MAX_STALE_ENTRIES, WorkQueue

AN_AGE = 86400.0


@pytest.fixture
def clock():
    return Clock(0.0)


def wanted(*digests, clock=None):
    made = WorkQueue(clock or Clock(0.0))
    for digest in digests:
        made.add(digest)
    return made


def take(some, limit=10, lane=""):
    """What can be taken without waiting."""
    return within_patience(some.get_batch, limit, lane)


def take_now(some):
    """What is wanted now; nothing is no reason to wait."""
    some.add("mark")
    taken = take(some)
    some.done(["mark"])
    return [digest for digest in taken if digest != "mark"]


def test_ids_are_taken_in_the_order_in_which_they_came():
    assert take(wanted("c", "a", "b")) == ["c", "a", "b"]


def test_an_id_that_is_wanted_twice_is_taken_once():
    assert take(wanted("a", "b", "a")) == ["a", "b"]


def test_no_more_are_taken_than_asked_for_and_the_rest_stays():
    some = wanted("a", "b", "c")

    assert [take(some, 2), take(some, 2)] == [["a", "b"], ["c"]]


def test_it_says_how_many_wait_for_a_report_of_any_lane():
    wanted = WorkQueue()
    for number, lane in enumerate(("", "slow", "slow")):
        wanted.add(f"id-{number}", lane)
    wanted.get_batch(1, "slow")

    assert wanted.depth() == 2


def test_a_lane_can_wait_until_so_many_have_come_together():
    some = wanted("a")
    gathering = meanwhile(some.wait_for_batch, 2, PATIENCE, PATIENCE)
    some.add("b", "another lane")
    assert not gathering.done()

    some.add("c")

    gathering.result(PATIENCE)
    assert take(some) == ["a", "c"]


def test_it_waits_no_longer_than_it_may_and_not_at_all_once_closed():
    some = wanted("a")
    within_patience(some.wait_for_batch, 2, 0.001, PATIENCE)
    some.shut_down()
    within_patience(some.wait_for_batch, 2, AN_AGE, AN_AGE)


def test_it_waits_no_longer_once_nothing_more_comes():
    some = wanted("a")

    within_patience(some.wait_for_batch, 2, AN_AGE, 0.001)

    assert take(some) == ["a"]


def test_an_id_that_was_reported_may_be_wanted_again():
    some = wanted("a")
    take(some)
    some.done(["a"])
    some.add("a")

    assert take(some) == ["a"]


def test_an_id_that_is_wanted_while_it_is_reported_comes_again_when_that_is_over():
    some = wanted("a")
    take(some)
    some.add("a")
    some.add("b")

    assert take(some) == ["b"]
    some.done(["a", "b"])
    assert take(some) == ["a"]


def test_an_id_that_nobody_wanted_meanwhile_does_not_come_again():
    some = wanted("a")
    some.done(take(some))
    some.add("b")

    assert take(some) == ["b"]


def test_what_is_no_longer_wanted_is_not_taken(clock):
    some = wanted("a", "b", clock=clock)
    some.add_after("c", 1)
    for digest in ("a", "c", "never there"):
        some.forget(digest)
    clock.now = 2.0

    assert take(some) == ["b"]


def test_what_is_no_longer_wanted_while_it_is_reported_does_not_come_again():
    some = wanted("a")
    take(some)
    some.add("a")
    some.forget("a")
    some.done(["a"])
    some.add("b")

    assert take(some) == ["b"]


def test_taking_waits_until_an_id_is_wanted():
    some = wanted()

    taken = meanwhile(some.get_batch, 10)
    some.add("a")

    assert taken.result(PATIENCE) == ["a"]


def test_each_lane_has_its_own_ids_and_waits_for_no_other():
    some = wanted()
    for digest, lane in (("a", "slow"), ("b", "fast"), ("c", "slow")):
        some.add(digest, lane)

    assert take(some, lane="fast") == ["b"]
    assert take(some, lane="slow") == ["a", "c"]


def test_taking_from_one_lane_goes_on_while_another_waits():
    some = wanted()
    slow = meanwhile(some.get_batch, 10, "slow")
    some.add("a", "fast")

    assert take(some, lane="fast") == ["a"]
    some.add("b", "slow")
    assert slow.result(PATIENCE) == ["b"]


def test_an_id_is_in_one_lane_at_a_time_the_last_it_was_wanted_in():
    some = wanted()
    some.add("a", "fast")
    some.add("a", "slow")
    some.add("b", "fast")

    assert take(some, lane="fast") == ["b"]
    assert take(some, lane="slow") == ["a"]


def test_an_id_that_comes_again_comes_in_the_lane_in_which_it_was_wanted():
    some = wanted()
    some.add("a", "fast")
    taken = take(some, lane="fast")
    some.add("a", "slow")
    some.done(taken)

    assert take(some, lane="slow") == ["a"]


def test_what_is_put_off_comes_back_by_itself():
    some = WorkQueue()

    taken = meanwhile(some.get_batch, 10)
    some.add_after("a", 0.01)

    assert taken.result(PATIENCE) == ["a"]


def test_what_is_put_off_comes_when_its_pause_is_over_and_not_before(clock):
    some = wanted("now", clock=clock)
    some.add_after("late", 20)
    some.add_after("soon", 10)

    assert take(some) == ["now"]
    clock.now = 10.0
    assert take(some) == ["soon"]
    clock.now = 20.0
    assert take(some) == ["late"]


def test_what_was_wanted_and_is_put_off_waits(clock):
    some = wanted("a", "b", clock=clock)
    some.add_after("a", 10)

    assert take(some) == ["b"]
    clock.now = 10.0
    assert take(some) == ["a"]


def test_what_is_put_off_again_waits_for_the_last_pause_only(clock):
    some = wanted(clock=clock)
    some.add_after("a", 10)
    some.add_after("a", 30)
    some.add_after("b", 20)
    clock.now = 25.0

    assert take(some) == ["b"]
    clock.now = 30.0
    assert take(some) == ["a"]


def test_what_is_put_off_comes_back_in_its_lane(clock):
    some = wanted(clock=clock)
    some.add_after("a", 10, "slow")
    some.add_after("b", 10, "fast")
    clock.now = 10.0

    assert take(some, lane="fast") == ["b"]
    assert take(some, lane="slow") == ["a"]


def test_of_what_comes_back_at_once_the_longest_due_is_first(clock):
    some = wanted(clock=clock)
    some.add_after("late", 20)
    some.add_after("soon", 10)
    clock.now = 30.0

    assert take(some) == ["soon", "late"]


def test_what_is_put_off_can_be_wanted_before():
    some = wanted()
    some.add_after("a", AN_AGE)
    some.add("a")

    assert take(some) == ["a"]


def test_to_hurry_makes_an_id_wanted_that_is_not_planned_yet():
    some = wanted()
    some.add_if_idle("a")

    assert take(some) == ["a"]


def test_to_hurry_leaves_what_is_planned_as_it_is(clock):
    some = wanted(clock=clock)
    some.add_after("a", AN_AGE)
    some.add("b", "slow")
    for digest in ("a", "b", "c"):
        some.add_if_idle(digest, "fast")

    assert take(some, lane="fast") == ["c"]
    assert take(some, lane="slow") == ["b"]
    clock.now = AN_AGE
    assert take(some) == ["a"]


def test_an_id_that_is_hurried_while_it_is_reported_comes_again():
    some = wanted("a")
    taken = take(some)
    some.add_if_idle("a")
    some.done(taken)

    assert take(some) == ["a"]


def test_endpoints_take_turns_so_that_many_ids_of_one_delay_no_other():
    some = wanted()
    for number in range(2000):
        some.add(f"a{number}", endpoint="here")
    some.add("b", endpoint="there")

    assert take(some, 4) == ["a0", "b", "a1", "a2"]


def test_turns_go_on_where_the_last_report_ended():
    some = wanted()
    for digest in ("a0", "a1", "b0", "b1", "c0"):
        some.add(digest, endpoint=digest[0])

    assert [take(some, 2), take(some, 2), take(some, 2)] == [["a0", "b0"], ["c0", "a1"], ["b1"]]


def test_each_lane_has_turns_of_its_own():
    some = wanted()
    for digest, lane in (("a0", "slow"), ("a1", "slow"), ("b0", "fast")):
        some.add(digest, lane, digest[0])
    some.add("b1", "slow", "b")

    assert take(some, lane="slow") == ["a0", "b1", "a1"]


@pytest.mark.parametrize("again", ["add", "add_if_idle"])
def test_an_id_keeps_its_endpoint_where_none_is_given(again):
    some = wanted()
    for digest in ("a0", "a1", "b0"):
        some.add(digest, endpoint=digest[0])

    getattr(some, again)("a1")

    assert take(some) == ["a0", "b0", "a1"]


def test_an_id_that_comes_again_or_comes_back_keeps_its_endpoint(clock):
    some = wanted(clock=clock)
    some.add("a0", endpoint="a")
    taken = take(some)
    some.add("a0")
    some.add_after("a1", 10, endpoint="a")
    some.add_after("a1", 10)
    some.add("b0", endpoint="b")
    some.done(taken)
    clock.now = 10.0

    assert take(some) == ["b0", "a0", "a1"]


def test_an_id_whose_endpoint_becomes_known_waits_with_that_endpoints():
    some = wanted("a", "b", "c")

    some.add("c", endpoint="there")

    assert take(some) == ["a", "c", "b"]


def test_what_is_put_off_again_and_again_is_not_kept_for_each_time(clock):
    some = wanted(clock=clock)
    for _ in range(1000):
        for digest in ("a", "b", "c"):
            some.add_after(digest, AN_AGE)

    assert len(some._due) <= 2 * 3 + MAX_STALE_ENTRIES


def test_what_was_discarded_is_not_kept_until_it_would_have_been_due(clock):
    some = wanted(clock=clock)
    for number in range(1000):
        some.add_after(f"{number}", AN_AGE)
        some.forget(f"{number}")
    some.add_after("last", 1)

    assert len(some._due) <= MAX_STALE_ENTRIES + 2
    clock.now = 1.0
    assert take(some) == ["last"]


def test_closing_ends_the_wait_in_every_lane_and_nothing_more_is_given_out():
    some = wanted()
    some.add_after("a", AN_AGE)
    waiting = [meanwhile(some.get_batch, 10, lane) for lane in ("fast", "slow")]

    some.shut_down()
    some.add("b")

    assert [one.result(PATIENCE) for one in waiting] == [[], []]
    assert take(some) == []


def test_what_is_put_off_while_it_is_reported_does_not_come_again_before(clock):
    some = wanted("a", clock=clock)
    take(some)
    some.add_if_idle("a")
    some.add_after("a", 5)

    some.done(["a"])
    some.add("b")
    assert take(some) == ["b"]

    clock.now = 5
    assert take(some) == ["a"]


def test_a_look_comes_in_its_time_and_leaves_what_is_planned_as_it_is(clock):
    some = wanted(clock=clock)
    some.add_after("a", 600)
    some.look("a", 5)
    assert take_now(some) == []

    clock.now = 5
    assert take(some) == ["a"]
    some.done(["a"])

    clock.now = 600
    assert take(some) == ["a"]


def test_the_earlier_of_two_looks_counts(clock):
    some = wanted(clock=clock)
    some.look("a", 5)
    some.look("a", 30)
    some.look("b", 30)
    some.look("b", 5)

    clock.now = 5
    assert take(some) == ["a", "b"]
    some.done(["a", "b"])
    clock.now = 30
    assert take_now(some) == []


def test_a_look_that_was_lined_up_stays_whatever_is_planned_for_later(clock):
    some = wanted("other", clock=clock)
    some.look("a", 0)
    assert take(some, 1) == ["other"]

    some.add_after("a", 600)

    assert take(some) == ["a"]


def test_nobody_looks_at_what_is_done(clock):
    some = wanted("b", clock=clock)
    some.look("a", 5)
    some.overlook("a")

    clock.now = 5
    assert take(some) == ["b"]


def test_a_look_at_what_is_reported_or_held_comes_a_moment_later(clock):
    some = wanted("a", clock=clock)
    some.defer("b", 3)
    assert take(some) == ["a"]
    for digest in ("a", "b"):
        some.look(digest, 0)
    assert take_now(some) == []

    some.add_after("a", 600)  # as what the report wrote is seen
    some.done(["a"])
    clock.now = 1
    assert take(some) == ["a"]
    clock.now = 3
    assert take_now(some) == []
    clock.now = 4
    assert take(some) == ["b"]


def test_a_look_keeps_the_endpoint_that_is_known(clock):
    some = wanted(clock=clock)
    some.add_after("a", 600, "", "http://here.example")
    some.add("b", "", "http://here.example")
    some.add("c", "", "http://there.example")

    some.look("a", 0)

    assert take(some) == ["b", "c", "a"]
