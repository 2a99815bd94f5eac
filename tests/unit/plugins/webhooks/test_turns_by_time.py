"""Turns by the workers' time: who had least of it is called next, and a run has an end."""

import heapq

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import endpoints, fair_share
from kit.models.shares import (
    OWN,
    SECONDS,
    VICTIM,
    WORKERS,
    answered,
    at_names,
    both,
    closed_first,
    endpoint,
    given_out,
    looked_up,
    named,
    shared,
    turn_of,
)


@pytest.mark.parametrize(("answers", "times"), [(False, 2), (True, 4)])
def test_once_a_run_has_had_its_time_no_other_endpoint_is_begun_with(clock, answers, times):
    begun, other = (
        endpoint("203.0.113.1", answers=answers),
        endpoint("203.0.113.2", answers=answers),
    )
    some = shared(clock, begun, other)

    clock.now += times * SECONDS
    assert some.postponement(turn_of(begun)) is None
    clock.now += 1

    assert (some.postponement(turn_of(begun)), some.postponement(turn_of(other))) == (
        None,
        endpoints.CROWDED,
    )
    assert len(given_out(some)) == 2  # they are given out all the same, so that each is answered


def test_an_endpoint_that_was_begun_with_has_its_own_time(clock):
    one = endpoint("203.0.113.1", chains=2)
    some = shared(clock, one)
    turn = some.next()
    assert some.postponement(turn) is None

    clock.now += SECONDS + 1

    assert some.postponement(turn) == endpoints.NO_TIME


def test_the_time_in_which_an_endpoint_waits_for_others_is_none_of_its_own(clock):
    one = endpoint("203.0.113.1", chains=2)
    some = shared(clock, one)
    turn = some.next()
    assert some.postponement(turn) is None
    clock.now += 1
    answered(some, turn)

    clock.now += SECONDS
    assert some.postponement(turn_of(one)) is None
    clock.now += fair_share.RUN_TIMES * SECONDS

    assert some.postponement(turn_of(one)) == endpoints.CROWDED


def called_at(some, seconds_of, clock, to=None):
    """Return the moment of each endpoint's first call in a run of all workers.

    Whoever takes long is at the address C(to), if one is given, though not at once.
    """
    began, busy, called = clock.now, [], {}
    while True:
        while len(busy) < WORKERS and (turn := some.next()):
            seconds = seconds_of.get(turn.endpoint.name, PROMPT)
            is_called = not some.postponement(turn)
            if is_called and to and seconds != PROMPT:
                is_called = some.move(turn, to)
            if is_called:
                called.setdefault(turn.endpoint.name, clock.now - began)
                heapq.heappush(busy, (clock.now + seconds, id(turn), turn))
            else:
                some.give_back(turn)
        if not busy:
            return called
        clock.now, _id, turn = heapq.heappop(busy)
        answered(some, turn)


PROMPT = 0.05  # seconds


TWO = ("203.0.113.1", "203.0.113.2")


SLOW = {
    "just in time": [0.98 * SECONDS],
    "with a fourth of the time": [0.24 * SECONDS],
    "just in time or at once by turns": [0.98 * SECONDS, PROMPT],
}


@pytest.mark.parametrize("seconds", SLOW.values(), ids=SLOW)
def test_names_that_answer_slowly_keep_nobody_from_being_called_soon(clock, seconds):
    """All have answered before: 400 names at ports of two servers, slow from now on, come first."""
    slow = [one for at in TWO for one in named(100, at, ports=(80, 8080), answers=True)]
    prompt = [endpoint(f"198.51.100.{number}", answers=True, chains=3) for number in range(50)]
    seconds_of = {one.name: seconds[number % len(seconds)] for number, one in enumerate(slow)}

    called = called_at(shared(clock, *slow, *prompt), seconds_of, clock)

    assert max(called[one.name] for one in prompt) < SECONDS


def test_a_server_behind_addresses_that_refuse_keeps_nobody_from_being_called_soon(clock):
    slow = at_names(200)
    prompt = [endpoint(f"198.51.100.{number}", answers=True, chains=3) for number in range(50)]
    seconds_of = dict.fromkeys((one.name for one in slow), 0.98 * SECONDS)

    called = called_at(looked_up(clock, closed_first, *slow, *prompt), seconds_of, clock, to=OWN)

    assert max(called[one.name] for one in prompt) < SECONDS


def test_time_counts_for_the_address_at_which_it_is_spent(clock):
    """A name leads to its owner's address, which hangs, and then to another's, which does not."""
    (one,) = at_names(1)
    some = looked_up(clock, both, one)
    turn = some.next()
    clock.now += 1.5
    some.move(turn, VICTIM)
    clock.now += PROMPT
    answered(some, turn)

    used = [load.used(clock.now)[0] for at in (OWN, VICTIM) for load in loads_at(one, at)]
    assert used == pytest.approx([1.5] * endpoints.LEVELS + [PROMPT] * endpoints.LEVELS)


def loads_at(one, address):
    """Return the loads at an address of an endpoint."""
    return [site.load for site in one.sites[address]]
