"""Messages of one id: one of them is in a batch at a time."""

import pytest
from kit.models.memory_queue import OTHER, URL, message, messages
from kit.models.recorders import never
from kit.threads import within_patience
from sqs_k8s_jobs.in_flight import in_flight as of_in_flight
from sqs_k8s_jobs.in_flight.held.failed_try import Cause, FailedTry
from sqs_k8s_jobs.in_flight.held.holdups import Holdups
from sqs_k8s_jobs.in_flight.held.same_ids import LONGEST, SameIds
from sqs_k8s_jobs.in_flight.in_flight import InFlight


def names(some):
    return [one.message_id for one in some]


def taken(in_flight, *some):
    """A batch of these, and what else has its turn."""
    in_flight.add(URL, list(some), more=False)
    return within_patience(in_flight.next_batch)


@pytest.fixture
def in_flight():
    return InFlight(100, {URL: 1, OTHER: 1}, never)


def test_the_oldest_of_an_id_has_its_turn_and_those_of_other_ids_have_theirs(clock):
    aside = SameIds(clock)
    for one in messages(2):
        aside.put("one", one)
    aside.put("other", message("other"))

    assert names(aside.next_of("one")) == ["m0"]
    assert names(aside.next_of("one")) == ["m1"]
    assert aside.next_of("one") == []
    assert names(aside.all()) == ["other"]


def test_the_queues_of_an_id_take_turns(clock):
    aside = SameIds(clock)
    for one in [*messages(3), message("other", url=OTHER)]:
        aside.put("one", one)

    assert [names(aside.next_of("one")) for _ in range(4)] == [["m0"], ["other"], ["m1"], ["m2"]]


def test_what_is_set_aside_is_surplus_as_what_is_held_is(in_flight, monkeypatch):
    monkeypatch.setattr(of_in_flight, "MAX_HELD", 4)
    for one in taken(in_flight, *messages(4), message("other", url=OTHER)):
        in_flight.set_aside("one", one)

    found = in_flight.surplus()

    assert names(found) == ["m1", "m2", "m3"]
    assert len(in_flight.messages()) == 5  # kept hidden until settled
    in_flight.had_turn("one")
    assert names(within_patience(in_flight.next_batch)) == ["m0"]


def test_the_next_one_has_its_turn_in_the_end_whatever_became_of_the_one_before(clock):
    aside = SameIds(clock)
    for one in messages(2):
        aside.put("one", one)
    clock.now += LONGEST - 1
    assert (aside.overdue(), aside.seconds_to_next()) == ([], 1.0)

    clock.now += 1

    assert names(aside.overdue()) == ["m0"]
    assert (aside.overdue(), aside.seconds_to_next()) == ([], LONGEST)


def test_what_is_set_aside_stays_in_flight_and_comes_last_once_another_one_had_its_turn(in_flight):
    _, second, third = taken(in_flight, *messages(3))
    for one in (second, third):
        in_flight.set_aside("one", one)
    assert sorted(names(in_flight.messages())) == ["m0", "m1", "m2"]
    assert names(taken(in_flight, message("other"))) == ["other"]

    in_flight.had_turn("one")

    assert names(taken(in_flight, message("another"))) == ["m1", "another"]


def test_what_is_set_aside_takes_the_room_of_its_own_queue(in_flight, monkeypatch):
    monkeypatch.setattr(of_in_flight, "MAX_HELD", 2)
    for one in taken(in_flight, *messages(2)):
        in_flight.set_aside("one", one)

    assert not in_flight._has_room(URL)
    assert in_flight._has_room(OTHER)


def test_what_tried_for_others_leaves_that_to_another_one_while_it_is_set_aside(clock):
    held = Holdups(lambda _tries: 10.0, 100.0, clock)
    in_flight = InFlight(100, {URL: 1}, never, held=held)
    for one in taken(in_flight, *messages(2)):
        in_flight.hold(FailedTry("nightly", one, Cause("full"), is_attempted=False))
    clock.now += 10
    (probe,) = within_patience(in_flight.next_batch)

    in_flight.set_aside("one", probe)

    assert not in_flight.is_probe(probe)
    assert names(taken(in_flight, message("other"))) == ["other"]  # its round was in vain
    clock.now += 20
    assert names(within_patience(in_flight.next_batch)) == ["m1"]


def test_while_it_drains_nothing_is_set_aside(in_flight):
    first, second, again = taken(
        in_flight, message("a", is_last=True), message("b", is_last=True), message("again")
    )
    in_flight.set_aside("one", first)
    in_flight.set_aside("one", again)

    assert names(in_flight.close()) == ["again"]
    in_flight.set_aside("one", second)

    assert sorted(names(within_patience(in_flight.next_batch))) == ["a", "b"]
    assert in_flight.abandon() == []
