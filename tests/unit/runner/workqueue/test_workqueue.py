"""The ids that are worth a report, now or later, in lanes."""

import pytest
from kit.models.clock import Clock
from kit.threads import PATIENCE, meanwhile, within_patience
from sqs_k8s_jobs.workqueue.workqueue import MAX_STALE_ENTRIES, WorkQueue

AN_AGE = 86400.0


@pytest.fixture
def clock():
    return Clock(0.0)


def workqueue(*digests, clock=None):
    made = WorkQueue(clock or Clock(0.0))
    for digest in digests:
        made.add(digest)
    return made


def take(queue, limit=10, lane=""):
    """Take ids without waiting."""
    return within_patience(queue.get_batch, limit, lane)


def take_now(queue):
    """Take the ids added by now; do not wait for any."""
    queue.add("mark")
    taken = take(queue)
    queue.done(["mark"])
    return [digest for digest in taken if digest != "mark"]


def test_ids_are_taken_in_the_order_in_which_they_came():
    assert take(workqueue("c", "a", "b")) == ["c", "a", "b"]


def test_an_id_that_is_wanted_twice_is_taken_once():
    assert take(workqueue("a", "b", "a")) == ["a", "b"]


def test_no_more_are_taken_than_asked_for_and_the_rest_stays():
    queue = workqueue("a", "b", "c")

    assert [take(queue, 2), take(queue, 2)] == [["a", "b"], ["c"]]


def test_it_says_how_many_wait_for_a_report_of_any_lane():
    queue = WorkQueue()
    for number, lane in enumerate(("", "slow", "slow")):
        queue.add(f"id-{number}", lane)
    queue.get_batch(1, "slow")

    assert queue.depth() == 2


def test_a_lane_can_wait_until_so_many_have_come_together():
    queue = workqueue("a")
    gathering = meanwhile(queue.wait_for_batch, 2, PATIENCE, PATIENCE)
    queue.add("b", "another lane")
    assert not gathering.done()

    queue.add("c")

    gathering.result(PATIENCE)
    assert take(queue) == ["a", "c"]


def test_it_waits_no_longer_than_it_may_and_not_at_all_once_closed():
    queue = workqueue("a")
    within_patience(queue.wait_for_batch, 2, 0.001, PATIENCE)
    queue.shut_down()
    within_patience(queue.wait_for_batch, 2, AN_AGE, AN_AGE)


def test_it_waits_no_longer_once_nothing_more_comes():
    queue = workqueue("a")

    within_patience(queue.wait_for_batch, 2, AN_AGE, 0.001)

    assert take(queue) == ["a"]


def test_an_id_that_was_reported_may_be_wanted_again():
    queue = workqueue("a")
    take(queue)
    queue.done(["a"])
    queue.add("a")

    assert take(queue) == ["a"]


def test_an_id_that_is_wanted_while_it_is_reported_comes_again_when_that_is_over():
    queue = workqueue("a")
    take(queue)
    queue.add("a")
    queue.add("b")

    assert take(queue) == ["b"]
    queue.done(["a", "b"])
    assert take(queue) == ["a"]


def test_an_id_that_nobody_wanted_meanwhile_does_not_come_again():
    queue = workqueue("a")
    queue.done(take(queue))
    queue.add("b")

    assert take(queue) == ["b"]


def test_what_is_no_longer_wanted_is_not_taken(clock):
    queue = workqueue("a", "b", clock=clock)
    queue.add_after("c", 1)
    for digest in ("a", "c", "never there"):
        queue.forget(digest)
    clock.now = 2.0

    assert take(queue) == ["b"]


def test_what_is_no_longer_wanted_while_it_is_reported_does_not_come_again():
    queue = workqueue("a")
    take(queue)
    queue.add("a")
    queue.forget("a")
    queue.done(["a"])
    queue.add("b")

    assert take(queue) == ["b"]


def test_taking_waits_until_an_id_is_wanted():
    queue = workqueue()

    taken = meanwhile(queue.get_batch, 10)
    queue.add("a")

    assert taken.result(PATIENCE) == ["a"]


def test_each_lane_has_its_own_ids_and_waits_for_no_other():
    queue = workqueue()
    for digest, lane in (("a", "slow"), ("b", "fast"), ("c", "slow")):
        queue.add(digest, lane)

    assert take(queue, lane="fast") == ["b"]
    assert take(queue, lane="slow") == ["a", "c"]


def test_taking_from_one_lane_goes_on_while_another_waits():
    queue = workqueue()
    slow = meanwhile(queue.get_batch, 10, "slow")
    queue.add("a", "fast")

    assert take(queue, lane="fast") == ["a"]
    queue.add("b", "slow")
    assert slow.result(PATIENCE) == ["b"]


def test_an_id_is_in_one_lane_at_a_time_the_last_it_was_wanted_in():
    queue = workqueue()
    queue.add("a", "fast")
    queue.add("a", "slow")
    queue.add("b", "fast")

    assert take(queue, lane="fast") == ["b"]
    assert take(queue, lane="slow") == ["a"]


def test_an_id_that_comes_again_comes_in_the_lane_in_which_it_was_wanted():
    queue = workqueue()
    queue.add("a", "fast")
    taken = take(queue, lane="fast")
    queue.add("a", "slow")
    queue.done(taken)

    assert take(queue, lane="slow") == ["a"]


def test_what_is_put_off_comes_back_by_itself():
    queue = WorkQueue()

    taken = meanwhile(queue.get_batch, 10)
    queue.add_after("a", 0.01)

    assert taken.result(PATIENCE) == ["a"]


def test_what_is_put_off_comes_when_its_pause_is_over_and_not_before(clock):
    queue = workqueue("now", clock=clock)
    queue.add_after("late", 20)
    queue.add_after("soon", 10)

    assert take(queue) == ["now"]
    clock.now = 10.0
    assert take(queue) == ["soon"]
    clock.now = 20.0
    assert take(queue) == ["late"]


def test_what_was_wanted_and_is_put_off_waits(clock):
    queue = workqueue("a", "b", clock=clock)
    queue.add_after("a", 10)

    assert take(queue) == ["b"]
    clock.now = 10.0
    assert take(queue) == ["a"]


def test_what_is_put_off_again_waits_for_the_last_pause_only(clock):
    queue = workqueue(clock=clock)
    queue.add_after("a", 10)
    queue.add_after("a", 30)
    queue.add_after("b", 20)
    clock.now = 25.0

    assert take(queue) == ["b"]
    clock.now = 30.0
    assert take(queue) == ["a"]


def test_what_is_put_off_comes_back_in_its_lane(clock):
    queue = workqueue(clock=clock)
    queue.add_after("a", 10, "slow")
    queue.add_after("b", 10, "fast")
    clock.now = 10.0

    assert take(queue, lane="fast") == ["b"]
    assert take(queue, lane="slow") == ["a"]


def test_of_what_comes_back_at_once_the_longest_due_is_first(clock):
    queue = workqueue(clock=clock)
    queue.add_after("late", 20)
    queue.add_after("soon", 10)
    clock.now = 30.0

    assert take(queue) == ["soon", "late"]


def test_what_is_put_off_can_be_wanted_before():
    queue = workqueue()
    queue.add_after("a", AN_AGE)
    queue.add("a")

    assert take(queue) == ["a"]


def test_to_hurry_makes_an_id_wanted_that_is_not_planned_yet():
    queue = workqueue()
    queue.add_if_idle("a")

    assert take(queue) == ["a"]


def test_to_hurry_leaves_what_is_planned_as_it_is(clock):
    queue = workqueue(clock=clock)
    queue.add_after("a", AN_AGE)
    queue.add("b", "slow")
    for digest in ("a", "b", "c"):
        queue.add_if_idle(digest, "fast")

    assert take(queue, lane="fast") == ["c"]
    assert take(queue, lane="slow") == ["b"]
    clock.now = AN_AGE
    assert take(queue) == ["a"]


def test_an_id_that_is_hurried_while_it_is_reported_comes_again():
    queue = workqueue("a")
    taken = take(queue)
    queue.add_if_idle("a")
    queue.done(taken)

    assert take(queue) == ["a"]


def test_endpoints_take_turns_so_that_many_ids_of_one_delay_no_other():
    queue = workqueue()
    for number in range(2000):
        queue.add(f"a{number}", endpoint="here")
    queue.add("b", endpoint="there")

    assert take(queue, 4) == ["a0", "b", "a1", "a2"]


def test_turns_go_on_where_the_last_report_ended():
    queue = workqueue()
    for digest in ("a0", "a1", "b0", "b1", "c0"):
        queue.add(digest, endpoint=digest[0])

    assert [take(queue, 2), take(queue, 2), take(queue, 2)] == [["a0", "b0"], ["c0", "a1"], ["b1"]]


def test_each_lane_has_turns_of_its_own():
    queue = workqueue()
    for digest, lane in (("a0", "slow"), ("a1", "slow"), ("b0", "fast")):
        queue.add(digest, lane, digest[0])
    queue.add("b1", "slow", "b")

    assert take(queue, lane="slow") == ["a0", "b1", "a1"]


@pytest.mark.parametrize("again", ["add", "add_if_idle"])
def test_an_id_keeps_its_endpoint_where_none_is_given(again):
    queue = workqueue()
    for digest in ("a0", "a1", "b0"):
        queue.add(digest, endpoint=digest[0])

    getattr(queue, again)("a1")

    assert take(queue) == ["a0", "b0", "a1"]


def test_an_id_that_comes_again_or_comes_back_keeps_its_endpoint(clock):
    queue = workqueue(clock=clock)
    queue.add("a0", endpoint="a")
    taken = take(queue)
    queue.add("a0")
    queue.add_after("a1", 10, endpoint="a")
    queue.add_after("a1", 10)
    queue.add("b0", endpoint="b")
    queue.done(taken)
    clock.now = 10.0

    assert take(queue) == ["b0", "a0", "a1"]


def test_an_id_whose_endpoint_becomes_known_waits_with_that_endpoints():
    queue = workqueue("a", "b", "c")

    queue.add("c", endpoint="there")

    assert take(queue) == ["a", "c", "b"]


def test_what_is_put_off_again_and_again_is_not_kept_for_each_time(clock):
    queue = workqueue(clock=clock)
    for _ in range(1000):
        for digest in ("a", "b", "c"):
            queue.add_after(digest, AN_AGE)

    assert len(queue._due) <= 2 * 3 + MAX_STALE_ENTRIES


def test_what_was_discarded_is_not_kept_until_it_would_have_been_due(clock):
    queue = workqueue(clock=clock)
    for number in range(1000):
        queue.add_after(f"{number}", AN_AGE)
        queue.forget(f"{number}")
    queue.add_after("last", 1)

    assert len(queue._due) <= MAX_STALE_ENTRIES + 2
    clock.now = 1.0
    assert take(queue) == ["last"]


def test_closing_ends_the_wait_in_every_lane_and_nothing_more_is_given_out():
    queue = workqueue()
    queue.add_after("a", AN_AGE)
    waiting = [meanwhile(queue.get_batch, 10, lane) for lane in ("fast", "slow")]

    queue.shut_down()
    queue.add("b")

    assert [one.result(PATIENCE) for one in waiting] == [[], []]
    assert take(queue) == []


def test_what_is_put_off_while_it_is_reported_does_not_come_again_before(clock):
    queue = workqueue("a", clock=clock)
    take(queue)
    queue.add_if_idle("a")
    queue.add_after("a", 5)

    queue.done(["a"])
    queue.add("b")
    assert take(queue) == ["b"]

    clock.now = 5
    assert take(queue) == ["a"]


def test_a_look_comes_in_its_time_and_leaves_what_is_planned_as_it_is(clock):
    queue = workqueue(clock=clock)
    queue.add_after("a", 600)
    queue.look_after("a", 5)
    assert take_now(queue) == []

    clock.now = 5
    assert take(queue) == ["a"]
    queue.done(["a"])

    clock.now = 600
    assert take(queue) == ["a"]


def test_the_earlier_of_two_looks_counts(clock):
    queue = workqueue(clock=clock)
    queue.look_after("a", 5)
    queue.look_after("a", 30)
    queue.look_after("b", 30)
    queue.look_after("b", 5)

    clock.now = 5
    assert take(queue) == ["a", "b"]
    queue.done(["a", "b"])
    clock.now = 30
    assert take_now(queue) == []


def test_a_look_that_was_lined_up_stays_whatever_is_planned_for_later(clock):
    queue = workqueue("other", clock=clock)
    queue.look_after("a", 0)
    assert take(queue, 1) == ["other"]

    queue.add_after("a", 600)

    assert take(queue) == ["a"]


def test_nobody_looks_at_what_is_done(clock):
    queue = workqueue("b", clock=clock)
    queue.look_after("a", 5)
    queue.cancel_look("a")

    clock.now = 5
    assert take(queue) == ["b"]


def test_a_look_at_what_is_reported_or_held_comes_a_moment_later(clock):
    queue = workqueue("a", clock=clock)
    queue.defer("b", 3)
    assert take(queue) == ["a"]
    for digest in ("a", "b"):
        queue.look_after(digest, 0)
    assert take_now(queue) == []

    queue.add_after("a", 600)  # as what the report wrote is seen
    queue.done(["a"])
    clock.now = 1
    assert take(queue) == ["a"]
    clock.now = 3
    assert take_now(queue) == []
    clock.now = 4
    assert take(queue) == ["b"]


def test_a_look_keeps_the_endpoint_that_is_known(clock):
    queue = workqueue(clock=clock)
    queue.add_after("a", 600, "", "http://here.example")
    queue.add("b", "", "http://here.example")
    queue.add("c", "", "http://there.example")

    queue.look_after("a", 0)

    assert take(queue) == ["b", "c", "a"]
