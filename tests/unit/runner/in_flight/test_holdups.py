"""Messages whose namespace takes no Jobs wait in flight; one of them tries for the others."""

import pytest
from kit.models.memory_queue import OTHER, URL, message, messages
from kit.models.recorders import never
from kit.threads import within_patience
from sqs_k8s_jobs.in_flight import in_flight as of_in_flight
from sqs_k8s_jobs.in_flight.held.backoffs import MOST_FRESH_PROBES, MOST_PROBES
from sqs_k8s_jobs.in_flight.held.failed_try import Cause, FailedTry
from sqs_k8s_jobs.in_flight.held.holdups import Holdup, Holdups
from sqs_k8s_jobs.in_flight.held.standstill import standstill
from sqs_k8s_jobs.in_flight.held.surplus import level, surplus
from sqs_k8s_jobs.in_flight.in_flight import InFlight

NO = "exceeded quota"
TAKES_NONE = "namespace a takes no Jobs: exceeded quota"


@pytest.fixture
def held(clock):
    """Pauses of 10, 20, 30 s; what a queue gives no more is given up after 100 s."""
    return Holdups(lambda tries: 10.0 * tries, 100.0, clock)


@pytest.fixture
def in_flight(held):
    return InFlight(100, {URL: 1}, never, held=held)


def failed(namespace, one, reason=NO, *, is_fault=False, is_invented=False, **how):
    return FailedTry(namespace, one, Cause(reason, is_fault, is_invented), **how)


def put(held, some, namespace="nightly", *, is_attempted=False, **how):
    """Hold messages for the same reason, of which others have tried unless it is said."""
    return [held.put(failed(namespace, one, is_attempted=is_attempted, **how)) for one in some]


def due(held, most=100):
    """Those that try now."""
    return held.due(most)


def seconds_to_next(held):
    """The seconds until the next ones do."""
    return held.seconds_to_next(100)


def waiting(number, reason=NO, *, is_fault=False, is_closed=True):
    """What is known of a namespace for which so many wait."""
    return Holdup(Cause(reason, is_fault), number, is_closed)


def taken(in_flight, *some):
    """A batch of these."""
    in_flight.add(URL, list(some), more=False)
    return within_patience(in_flight.next_batch)


def two_that_try(held, clock):
    """Two messages that try for two others."""
    some = messages(4)
    put(held, some[:1], is_attempted=True)
    put(held, some[1:])
    clock.now += 10
    return due(held)


def names(some):
    return [one.message_id for one in some]


def test_a_namespace_is_told_of_once_two_messages_have_failed_there_and_no_job_was_taken(held):
    def news(some, namespace="nightly"):
        return [one.is_news for one in put(held, some, namespace, is_attempted=True)]

    assert news(messages(3)) == [False, True, False]
    assert news(messages(1, "x"), "other") == [False]


def test_one_message_that_fails_again_and_again_closes_no_namespace(held, clock):
    put(held, messages(1), is_attempted=True)
    for _ in range(5):
        clock.now += 100
        put(held, due(held), is_attempted=True)

    assert held.holdups() == {"nightly": waiting(1, is_closed=False)}
    assert standstill(held.holdups(), 1) is None


def test_what_fails_while_others_become_jobs_closes_no_namespace(held):
    first, second, third = messages(3)
    put(held, [first], is_attempted=True)
    held.took_job("nightly")
    put(held, [second], is_attempted=True)
    assert not held.holdups()["nightly"].is_closed

    put(held, [third], is_attempted=True)

    assert held.holdups()["nightly"].is_closed


def test_who_has_not_tried_does_so_at_once_where_a_job_was_taken(held):
    put(held, messages(2), is_attempted=True)
    put(held, messages(3, "untried"))
    assert due(held) == []

    held.took_job("nightly")

    assert names(due(held)) == ["untried0"]


def test_two_messages_of_one_id_fail_together_and_close_no_namespace(held):
    first, second, other = messages(3)
    put(held, [first, second], is_attempted=True, digest="one")
    assert not held.holdups()["nightly"].is_closed

    put(held, [other], is_attempted=True, digest="other")

    assert held.holdups()["nightly"].is_closed


def test_what_closes_a_namespace_is_the_reason_and_not_what_one_message_failed_for_before(held):
    first, second, third = messages(3)
    held.put(failed("nightly", first, "its registry does not answer"))
    held.took_job("nightly")
    for one in (second, third):
        held.put(failed("nightly", one, NO))

    assert held.holdups()["nightly"].cause.reason == NO


def test_a_namespace_that_took_a_job_meanwhile_is_told_of_again(held):
    put(held, messages(2), is_attempted=True)
    held.took_job("nightly")

    said = put(held, messages(2, "n"), is_attempted=True)

    assert [one.is_news for one in said] == [False, True]


def test_what_was_not_tried_itself_says_nothing_of_its_namespace(held):
    put(held, messages(5))

    assert not held.holdups()["nightly"].is_closed


def test_a_namespace_that_a_sender_may_have_invented_is_no_standstill(held):
    put(held, messages(3), is_attempted=True, is_invented=True)

    assert held.holdups()["nightly"].is_closed
    assert standstill(held.holdups(), 3) is None


def test_a_namespace_that_takes_no_jobs_is_no_standstill_where_others_do(held):
    put(held, messages(3), is_attempted=True)
    assert standstill(held.holdups(), 3)

    held.took_job("other")
    assert standstill(held.holdups(), 3) is None

    put(held, messages(2, "b"), "broken", is_attempted=True)
    assert "namespace broken takes no Jobs" in standstill(held.holdups(), 5)


def test_what_only_the_operator_can_set_right_closes_a_namespace_at_once(held):
    (held_one,) = put(held, messages(1), is_attempted=True, is_fault=True)

    assert held_one.is_news
    assert standstill(held.holdups(), 100) == "namespace nightly takes no Jobs: exceeded quota"


def test_a_quota_that_holds_some_of_a_namespace_and_then_all_is_news_once(held):
    quota = 'jobs.batch "{}" is forbidden: exceeded quota: q, used: {}'

    def news(namespace, number, words=quota, **how):
        one = failed(namespace, message(f"{namespace}{number}"), words.format("a", number), **how)
        return held.put(one).is_news

    assert news("nightly", 1, takes_some=True)
    assert [news("nightly", 2), news("nightly", 3)] == [False, False]
    assert [news("other", 1, "down"), news("other", 2, "down")] == [False, True]
    assert news("other", 3, takes_some=True)


def test_a_quota_that_holds_all_of_a_namespace_and_then_some_is_the_same_to_a_person(held):
    put(held, messages(2), is_attempted=True)
    put(held, messages(1, "n"), takes_some=True)

    assert standstill(held.holdups(), 2) == "namespace nightly takes no Jobs: exceeded quota"


def test_what_has_failed_beside_others_waits_apart_whatever_its_next_tries_come_to(held, clock):
    put(held, messages(2), takes_some=True, is_attempted=True)
    clock.now += 10
    (probe,) = due(held)

    put(held, [probe], is_attempted=True)

    assert held.holdups() == {"nightly/": waiting(2, is_closed=False)}


def test_it_is_the_namespaces_matter_once_it_fails_alone_again_and_no_job_was_taken(held, clock):
    put(held, messages(2), takes_some=True, is_attempted=True)
    held.took_job("nightly")
    for _ in range(2):
        assert standstill(held.holdups(), 2) is None
        clock.now += 100
        put(held, due(held), is_attempted=True)

    assert standstill(held.holdups(), 2) == "namespace nightly takes some Jobs: exceeded quota"
    held.took_job("nightly")
    assert standstill(held.holdups(), 2) is None


def test_a_message_that_has_not_tried_does_not_wait_for_the_pauses_of_those_that_fail_for_ever(
    held, clock
):
    put(held, messages(2), is_attempted=True)
    for _ in range(4):
        clock.now += 100
        put(held, due(held), is_attempted=True)
    assert seconds_to_next(held) == 50

    put(held, messages(1, "new"))

    assert names(due(held)) == ["new0"]


def test_after_the_pause_one_message_tries_for_all_of_its_namespace(held, clock):
    put(held, messages(3))
    assert due(held) == []

    clock.now += 10

    assert names(due(held)) == ["m0"]
    assert due(held) == []


def test_while_tries_fail_the_pauses_grow(held, clock):
    put(held, messages(1), is_attempted=True)
    pauses = []
    for _ in range(4):
        pauses.append(seconds_to_next(held))
        clock.now += pauses[-1]
        put(held, due(held), is_attempted=True)

    assert pauses == [10, 20, 30, 40]


def fresh_of_rounds(held, clock, number):
    """Those of so many rounds that try for the first time."""
    known = set()
    for _ in range(number):
        clock.now += 1000
        probes = due(held)
        yield [name for name in names(probes) if name not in known]
        known |= set(names(probes))
        put(held, probes, is_attempted=True)


def test_ever_more_try_that_have_not_wherever_they_are_in_line(held, clock):
    put(held, messages(32))

    rounds = list(fresh_of_rounds(held, clock, 7))

    assert [len(some) for some in rounds] == [1, 2, 4, 8, MOST_FRESH_PROBES, 1, 0]
    assert rounds[:2] == [["m0"], ["m1", "m31"]]


def test_those_that_have_tried_do_so_again_beside_those_that_have_not(held, clock):
    put(held, messages(1, "tried"), is_attempted=True)
    put(held, messages(2, "new"))

    clock.now += 10

    assert sorted(names(due(held))) == ["new0", "tried0"]


def test_few_of_those_that_have_tried_do_so_again_at_a_time(held, clock):
    put(held, messages(32), is_attempted=True)
    counts = []
    for _ in range(5):
        clock.now += 1000
        probes = due(held)
        counts.append(len(probes))
        put(held, probes, is_attempted=True)

    assert counts == [1, 2, MOST_PROBES, MOST_PROBES, MOST_PROBES]


def test_who_has_just_failed_waits_though_it_is_the_first_of_those_that_have(held, clock):
    put(held, messages(3))
    clock.now += 10
    put(held, due(held), is_attempted=True)

    assert due(held) == []
    assert seconds_to_next(held) == 20


def test_the_pauses_of_those_that_have_not_tried_grow_less(held, clock):
    put(held, messages(300))
    list(fresh_of_rounds(held, clock, 8))
    clock.now += 29
    assert due(held) == []

    clock.now += 1

    assert len(due(held)) == MOST_FRESH_PROBES


def test_who_comes_while_others_wait_that_have_not_tried_does_so_after_one_pause(held, clock):
    put(held, messages(60))
    list(fresh_of_rounds(held, clock, 3))
    assert seconds_to_next(held) == 30

    put(held, messages(1, "new"))

    clock.now += 9
    assert due(held) == []
    clock.now += 1
    assert "new0" in names(due(held))


def test_who_comes_while_others_try_does_so_one_pause_after_they_have_failed(held, clock):
    put(held, messages(60))
    list(fresh_of_rounds(held, clock, 3))
    clock.now += 30
    probes = due(held)
    put(held, messages(1, "new"))
    put(held, probes, is_attempted=True)

    clock.now += 10

    assert "new0" in names(due(held))


def test_those_that_have_tried_have_their_turn_however_long_rounds_of_others_take(held, clock):
    put(held, messages(1, "tried"), is_attempted=True)
    put(held, messages(1, "new"))
    clock.now += 10
    put(held, due(held), is_attempted=True)  # both have tried, for the second time and the first
    put(held, messages(1, "newer"))
    clock.now += 10
    (newer,) = due(held)
    clock.now += 60  # the others' backoff ends meanwhile

    put(held, [newer], is_attempted=True)

    assert names(due(held))[0] == "new0"  # the first in their line


def test_who_was_tried_when_it_came_hastens_no_others(held, clock):
    put(held, messages(60))
    list(fresh_of_rounds(held, clock, 3))

    put(held, messages(1, "new"), is_attempted=True)

    assert seconds_to_next(held) == 30


def test_who_is_held_again_hastens_no_others(held, clock):
    some = messages(60)
    put(held, some)
    list(fresh_of_rounds(held, clock, 3))
    (again,) = surplus_of(held, 59, 1_000_000)
    put(held, [again])

    assert seconds_to_next(held) == 30


def test_who_has_tried_in_vain_is_known_after_another_has_freed_its_namespace(held, clock):
    put(held, messages(20), is_attempted=True)
    clock.now += 10
    (probe,) = due(held)
    freed = held.free(probe)
    put(held, freed.messages[:1], is_attempted=True)
    put(held, [*freed.messages[1:], *messages(1, "new")])
    clock.now += 10

    probes = due(held)

    assert "new0" in names(probes)
    assert len(probes) == 2


def test_who_was_settled_has_not_tried_when_its_queue_gives_it_again(held, clock):
    first, second = messages(2)
    put(held, [first], is_attempted=True)
    held.clear()
    held.settled([first])
    put(held, [first, second])
    clock.now += 10

    assert held.due(1) == [first]


def test_of_many_namespaces_few_try_at_a_time_and_the_next_ones_after_them(held, clock):
    many = [f"n{number}" for number in range(9)]
    put(held, [message("invented")], "", is_invented=True)
    for name in many:
        clock.now += 1
        put(held, messages(3, name), name)
    clock.now += 10

    probes = due(held, 6)
    assert names(probes) == [f"n{number}0" for number in range(6)]
    assert due(held, 6) == []
    assert held.seconds_to_next(6) is None
    for name, probe in zip(many, probes, strict=False):
        put(held, [probe], name, is_attempted=True)
    clock.now += 1000

    assert names(due(held, 4)) == ["n60", "n70", "n80", "n01"]
    assert held.due(100)[-1].message_id == "invented"


def test_of_one_namespace_no_more_try_than_may_at_all(held, clock):
    put(held, messages(30))
    list(fresh_of_rounds(held, clock, 3))
    clock.now += 1000

    fresh, both = due(held, 3), due(held, 10)
    assert (len(fresh), both) == (3, [])
    put(held, fresh, is_attempted=True)
    clock.now += 1000

    assert len(due(held, 18)) == 18  # 16 that have not tried, and 2 of 4 that have


def test_the_pause_begins_when_the_last_of_those_that_try_has_failed(held, clock):
    first, second = two_that_try(held, clock)

    put(held, [first])
    clock.now += 1000
    assert due(held) == []
    put(held, [second])
    clock.now += 30

    assert due(held) != []


def test_where_one_that_tries_gets_through_all_are_free_whatever_becomes_of_the_others(held, clock):
    first, second = two_that_try(held, clock)

    held.put(failed("nightly", first, NO, takes_some=True))
    freed = held.free(second)

    assert (freed.namespace, len(freed.messages)) == ("nightly", 2)
    assert held.holdups() == {"nightly/": waiting(1, is_closed=False)}


def test_each_namespace_has_a_try_and_pauses_of_its_own(held, clock):
    put(held, messages(2), "a")
    clock.now += 5
    put(held, messages(2, "n"), "b")

    clock.now += 5
    assert names(due(held)) == ["m0"]
    clock.now += 5
    assert names(due(held)) == ["n0"]


def test_a_namespace_that_takes_jobs_again_frees_all_that_wait_and_pauses_begin_anew(held, clock):
    put(held, messages(3))
    clock.now += 10
    (probe,) = due(held)

    freed = held.free(probe)

    assert (freed.namespace, names(freed.messages)) == ("nightly", ["m1", "m2"])
    assert held.holdups() == {}
    assert held.free(probe) is None
    put(held, messages(1))
    clock.now += 10
    assert names(due(held)) == ["m0"]


def test_a_try_that_came_to_something_else_is_made_by_another_message(held, clock):
    put(held, messages(2))
    clock.now += 10
    (probe,) = due(held)

    held.settled([probe])

    assert not held.is_probe(probe)
    assert names(due(held)) == ["m1"]


def test_a_namespace_for_which_nothing_waits_any_more_is_none(held, clock):
    put(held, messages(1))
    clock.now += 10
    (probe,) = due(held)
    assert held.holdups() == {"nightly": waiting(1, is_closed=False)}

    held.settled([probe])

    assert held.holdups() == {}


def test_only_what_its_queue_gives_no_more_is_given_up_and_not_before_its_time(held, clock):
    put(held, [message("again"), message("last", is_last=True)])
    clock.now += 100
    assert held.overdue() == []

    clock.now += 1

    assert names(held.overdue()) == ["last"]
    assert names(held.all()) == ["again"]


def test_the_time_of_a_message_is_counted_from_when_it_was_held_first(held, clock):
    last = message("last", is_last=True)
    put(held, [last])
    clock.now += 60
    (probe,) = due(held)
    held.free(probe)
    put(held, [last])

    clock.now += 41

    assert names(held.overdue()) == ["last"]


def test_held_messages_stay_in_flight_and_do_not_hold_up_others(in_flight):
    nightly, other = messages(2)
    taken(in_flight, nightly)
    in_flight.hold(failed("nightly", nightly))

    assert taken(in_flight, other) == [other]
    assert sorted(names(in_flight.messages())) == ["m0", "m1"]
    assert in_flight.wait_for_capacity(URL)


def test_a_held_message_is_given_out_again_to_try(in_flight, clock):
    some = messages(2)
    for one in taken(in_flight, *some):
        in_flight.hold(failed("nightly", one))

    clock.now += 10
    (probe,) = within_patience(in_flight.next_batch)

    assert in_flight.is_probe(probe)
    assert names(in_flight.free(probe).messages) == ["m1"]
    assert names(within_patience(in_flight.next_batch)) == ["m1"]


def test_those_that_try_come_behind_what_waits_and_are_few_where_creations_take_long(
    in_flight, clock, monkeypatch
):
    monkeypatch.setattr(of_in_flight, "MOST_TRYING", 3)
    monkeypatch.setattr(of_in_flight, "MOST_TRYING_SLOWLY", 2)
    for one in messages(9, "held"):
        in_flight.hold(failed(one.message_id, *taken(in_flight, one)))
    clock.now += 10
    in_flight.note_pace(is_slow=True)
    assert names(taken(in_flight, message("a"))) == ["a", "held0", "held1"]

    in_flight.note_pace(is_slow=False)

    assert in_flight.is_slow is False
    assert names(taken(in_flight, message("b"))) == ["b", "held2"]


def test_what_is_given_up_is_given_out_and_known_as_such(in_flight, clock):
    last = message("last", is_last=True)
    in_flight.hold(failed("nightly", *taken(in_flight, last)))
    assert not in_flight.is_given_up(last)

    clock.now += 101

    assert within_patience(in_flight.next_batch) == [last]
    assert in_flight.is_given_up(last)


def test_while_it_drains_it_gives_out_what_queues_give_no_more_and_returns_the_rest(in_flight):
    last, again = message("last", is_last=True), message("again")
    held_last, held_again = message("held", is_last=True), message("held-again")
    for one in taken(in_flight, held_last, held_again):
        in_flight.hold(failed("nightly", one))
    in_flight.add(URL, [last, again], more=True)

    released = in_flight.drain()

    assert sorted(names(released)) == ["again", "held-again"]
    assert sorted(names(within_patience(in_flight.next_batch))) == ["held", "last"]
    assert in_flight.is_given_up(last)
    assert not in_flight.wait_for_capacity(URL)


def test_what_fails_while_it_drains_is_given_out_for_its_last_try(in_flight):
    batch = taken(in_flight, message("last", is_last=True), message("again"))
    in_flight.close()

    for one in batch:
        in_flight.hold(failed("nightly", one))

    assert names(within_patience(in_flight.next_batch)) == ["last"]
    assert in_flight.is_given_up(batch[0])
    assert names(in_flight.abandon()) == ["again"]


def test_what_is_given_up_comes_before_what_waits(in_flight, clock):
    last = message("last", is_last=True)
    in_flight.hold(failed("nightly", *taken(in_flight, last)))
    clock.now += 101

    assert names(taken(in_flight, message("other"))) == ["last", "other"]


def test_what_comes_while_it_drains_is_worked_on_only_where_its_queue_gives_it_no_more(in_flight):
    in_flight.drain()
    in_flight.add(URL, [message("last", is_last=True), message("again")], more=False)

    assert names(within_patience(in_flight.next_batch)) == ["last"]
    assert names(in_flight.close()) == ["again"]
    assert within_patience(in_flight.next_batch) == []


def test_once_closed_it_gives_out_again_what_was_requeued_and_comes_no_more(in_flight):
    last, again = message("last", is_last=True), message("again")
    batch = taken(in_flight, last, again)
    in_flight.close()
    in_flight.requeue(batch)
    in_flight.resume()

    assert within_patience(in_flight.next_batch) == [last]
    assert in_flight.abandon() == [again]


def test_once_abandoned_it_gives_out_nothing_that_comes_back(in_flight):
    last = message("last", is_last=True)
    batch = taken(in_flight, last)
    in_flight.abandon()

    in_flight.requeue_at_once(batch)

    assert within_patience(in_flight.next_batch) == []
    assert in_flight.abandon() == [last]


def test_once_abandoned_it_gives_out_nothing(in_flight):
    in_flight.drain()
    in_flight.add(URL, [message("last", is_last=True)], more=False)

    assert names(in_flight.abandon()) == ["last"]
    assert within_patience(in_flight.next_batch) == []


def test_of_a_queue_that_gives_its_messages_few_times_no_more_is_received_than_can_be_begun(held):
    in_flight = InFlight(100, {URL: 1}, never, runs=1, held=held, scarce=[URL])
    assert in_flight.wait_for_capacity(URL)
    batch = taken(in_flight, message("last", is_last=True))

    assert not in_flight._has_room(URL)
    in_flight.batch_finished(batch)
    assert in_flight.wait_for_capacity(URL)


def surplus_of(held, count, length):
    """What is surplus of what is held."""
    wanted = {id(one) for one in surplus(held.lines(), count, length)}
    return held.take(wanted)


def test_namespaces_that_take_no_jobs_share_the_room_and_the_last_of_each_are_surplus(held):
    put(held, messages(6, "a"), "a")
    put(held, messages(2, "b"), "b")

    found = surplus_of(held, 6, 1_000_000)

    assert names(found) == ["a4", "a5"]
    assert names(held.all()) == ["a0", "a1", "a2", "a3", "b0", "b1"]


def test_nothing_is_surplus_as_long_as_all_have_room_however_many_namespaces_wait(held):
    for number in range(10):
        put(held, messages(1, f"few{number}-"), f"few{number}")
    put(held, messages(30, "many"), "many")

    assert surplus_of(held, 40, 1_000_000) == []
    assert len(surplus_of(held, 39, 1_000_000)) == 1


@pytest.mark.parametrize(
    ("sizes", "limit", "found"),
    [
        ([], 5, 0),
        ([3, 2], 5, 3),
        ([6, 2], 6, 4),
        ([9, 9, 9], 9, 3),
        ([1, 1, 100, 50], 52, 25),
        ([5], 0, 0),
    ],
)
def test_the_largest_are_cut_to_one_level(sizes, limit, found):
    assert level(sizes, limit) == found
    assert sum(min(size, found) for size in sizes) <= limit


def test_who_has_tried_in_vain_comes_after_those_that_have_not_once_all_are_free(held, clock):
    first, *others = messages(4)
    put(held, [first], is_attempted=True)
    put(held, others)
    clock.now += 10
    probe = held.due(1)[0]

    assert names(held.free(probe).messages) == ["m2", "m3", "m0"]


def test_the_longest_messages_of_a_namespace_are_surplus_and_not_those_that_came_last(held):
    long = [message(f"long{number}", "x" * (1000 - number)) for number in range(3)]
    put(held, [*long, *messages(5, "short")])

    assert names(surplus_of(held, 100, 2500)) == ["long2"]


def test_what_waits_of_one_queue_leaves_room_for_another_one_s_of_the_same_namespace(held):
    put(held, messages(6, "many"))
    put(held, [message(f"few{number}", url=OTHER) for number in range(2)])

    assert names(surplus_of(held, 6, 1_000_000)) == ["many4", "many5"]


def test_long_messages_of_a_namespace_are_surplus_sooner(held):
    put(held, [message(f"m{number}", "x" * 1000) for number in range(4)])

    assert names(surplus_of(held, 100, 2500)) == ["m2", "m3"]


def test_what_would_come_to_its_last_receive_is_no_surplus(held):
    put(held, [message(f"m{number}", can_wait=False) for number in range(3)])

    assert surplus_of(held, 1, 1_000_000) == []
    assert len(held.all()) == 3


def test_a_namespace_that_takes_no_jobs_leaves_room_for_others_however_much_waits_for_it(
    in_flight, monkeypatch
):
    monkeypatch.setattr(of_in_flight, "MAX_HELD", 8)
    for one in messages(8):
        in_flight.hold(failed("full", *taken(in_flight, one)))
        in_flight.batch_finished([one])
    assert not in_flight._has_room(URL)

    found = in_flight.surplus()

    assert names(found) == ["m4", "m5", "m6", "m7"]
    assert len(in_flight.messages()) == 8  # and they are kept hidden until settled
    in_flight.forget(found)
    assert in_flight._has_room(URL)
    assert len(in_flight.messages()) == 4


@pytest.mark.parametrize(
    ("holdups", "in_hand", "said"),
    [
        ({}, 0, None),
        ({"a": waiting(2)}, 4, None),
        ({"a": waiting(3)}, 4, TAKES_NONE),
        ({"": waiting(3, "odd")}, 4, None),
        ({"": waiting(1, "odd", is_fault=True)}, 4, "odd"),
        (
            {"a": waiting(1), "b": waiting(2, "down")},
            4,
            "namespace b takes no Jobs: down (and 1 more namespace)",
        ),
        (
            {"a": waiting(2), "b": waiting(1), "c": waiting(1)},
            4,
            "namespace a takes no Jobs: exceeded quota (and 2 more namespaces)",
        ),
        (
            {"a/": waiting(2, "no priority"), "a": waiting(1, "down")},
            4,
            "namespace a takes no Jobs: down",
        ),
        (
            {"b": waiting(2), "a/": waiting(2), "a": waiting(1)},
            4,
            "namespace a takes some Jobs: exceeded quota (and 1 more namespace)",
        ),
        ({"": waiting(3, "odd"), "a": waiting(1)}, 4, None),
        (
            {"": waiting(1, "odd", is_fault=True), "a": waiting(0, is_fault=True)},
            4,
            "odd (and 1 more namespace)",
        ),
        ({"a": waiting(3), "": waiting(1, "odd")}, 4, TAKES_NONE),
        ({"a/": waiting(3)}, 4, "namespace a takes some Jobs: exceeded quota"),
        ({"a": waiting(1, "no right", is_fault=True)}, 9, "namespace a takes no Jobs: no right"),
    ],
)
def test_what_keeps_most_messages_is_the_runners_matter_and_so_is_what_an_operator_must_mend(
    holdups, in_hand, said
):
    assert standstill(holdups, in_hand) == said


def test_what_an_operator_must_mend_is_said_though_another_message_waited_there_before(held):
    first, second = messages(2)
    held.put(failed("", first, "its id is in use by another message"))
    assert standstill(held.holdups(), 1) is None

    held.put(failed("", second, "its record cannot be kept: no right", is_fault=True))

    assert standstill(held.holdups(), 100) == "its record cannot be kept: no right"
