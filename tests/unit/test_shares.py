"""Shares of the workers and of a run's time: for endpoints, addresses, and who has not answered."""

from __future__ import annotations

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import shares, turns
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.lookups import Lookups
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.shares import Shares
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.turns import Endpoint

SECONDS = 5.0
WORKERS = 16


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def endpoint(address, *, port=80, answers=False, chains=1):
    one = Endpoint(f"http://{address}:{port}", (address, port), answers)
    one.chains.extend([number] for number in range(chains))
    return one


def literal(host, port, **_kind):
    return [(None, None, None, "", (host, port))]


def shared(clock, *endpoints):
    return Shares(endpoints, WORKERS, SECONDS, Lookups(literal, 3.0, clock), clock)


def given_out(some):
    """What workers get without one of them being done."""
    found = []
    while turn := some.next():
        found.append(turn)
    return found


def late(some, turn):
    some.refuse(turn.endpoint)
    some.note(turn.endpoint, silent=True, late=True)
    some.give_back(turn)


def test_an_endpoint_has_a_fourth_of_the_workers(clock):
    one = endpoint("203.0.113.1", answers=True, chains=40)

    assert len(given_out(shared(clock, one))) == WORKERS // shares.SHARE


def test_all_endpoints_at_one_address_have_half_of_the_workers_whatever_their_ports(clock):
    many = [endpoint("203.0.113.1", port=port, answers=True) for port in range(1, 100)]

    assert len(given_out(shared(clock, *many))) == WORKERS // shares.SITE_SHARE


def test_a_network_of_ipv6_addresses_is_one_address(clock):
    many = [endpoint(f"2a00:1:2:3::{n:x}", answers=True) for n in range(1, 100)]

    assert len(given_out(shared(clock, *many))) == WORKERS // shares.SHARE


def test_endpoints_that_have_not_answered_leave_a_fourth_of_the_workers_to_those_that_have(clock):
    new = [endpoint(f"203.0.113.{n}") for n in range(1, 100)]
    known = endpoint("198.51.100.1", answers=True, chains=4)

    found = [turn.endpoint for turn in given_out(shared(clock, *new, known))]

    assert found[0] == known  # it comes first, too
    assert (found.count(known), len(found)) == (4, WORKERS)


def test_one_that_has_answered_is_no_longer_among_them(clock):
    new = [endpoint(f"203.0.113.{n}", chains=2) for n in range(1, 100)]
    some = shared(clock, *new)
    first = given_out(some)[0]

    some.note(first.endpoint, silent=False, late=False)
    some.give_back(first)

    assert first.endpoint in [turn.endpoint for turn in given_out(some)]


def test_of_names_at_one_door_a_few_are_tried_and_where_none_answers_no_other_one(clock):
    names = [endpoint("203.0.113.1") for _ in range(128)]
    for number, one in enumerate(names):
        one.name = f"http://n{number}.example"
    some = shared(clock, *names)
    tried = given_out(some)
    for turn in tried:
        late(some, turn)

    rest = given_out(some)

    assert (len(tried), len(rest)) == (WORKERS // shares.SHARE, 128 - WORKERS // shares.SHARE)
    assert {some.refuse(turn.endpoint) for turn in rest} == {turns.SAME_SERVER}


def test_where_one_name_at_a_door_answers_the_others_are_tried(clock):
    names = [endpoint("203.0.113.1") for _ in range(9)]
    for number, one in enumerate(names):
        one.name = f"http://n{number}.example"
    some = shared(clock, *names)
    first, *others = given_out(some)
    some.note(first.endpoint, silent=False, late=False)
    for turn in others:
        late(some, turn)

    assert {some.refuse(turn.endpoint) for turn in given_out(some)} == {None}


def test_who_has_answered_before_is_tried_though_others_at_its_door_did_not_answer(clock):
    names = [endpoint("203.0.113.1") for _ in range(4)]
    for number, one in enumerate(names):
        one.name = f"http://n{number}.example"
    known = endpoint("203.0.113.1", answers=True)
    some = shared(clock, *names)
    for turn in given_out(some):
        late(some, turn)
    known.sites = names[0].sites

    assert some.refuse(known) is None


@pytest.mark.parametrize(("answers", "times"), [(False, 2), (True, 4)])
def test_once_a_run_has_had_its_time_no_other_endpoint_is_begun_with(clock, answers, times):
    begun, other = (
        endpoint("203.0.113.1", answers=answers),
        endpoint("203.0.113.2", answers=answers),
    )
    some = shared(clock, begun, other)

    clock.now += times * SECONDS
    assert some.refuse(begun) is None
    clock.now += 1

    assert (some.refuse(begun), some.refuse(other)) == (None, turns.CROWDED)
    assert len(given_out(some)) == 2  # they are given out all the same, so that each is answered


def test_an_endpoint_that_was_begun_with_has_its_own_time(clock):
    one = endpoint("203.0.113.1")
    some = shared(clock, one)
    assert some.refuse(one) is None

    clock.now += SECONDS + 1

    assert some.refuse(one) == turns.NO_TIME
