"""Endpoints of several addresses: shares, time and answers count where a worker is."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import endpoints, fair_share
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations.lookups import (
    Lookups,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.endpoints import Endpoint
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.fair_share import FairShare
from kit.models.shares import (
    ANSWER,
    OWN,
    SECONDS,
    SILENCE,
    VICTIM,
    WORKERS,
    answered,
    at_names,
    both,
    closed_first,
    endpoint,
    given_out,
    late,
    looked_up,
    shared,
)
from kit.threads import PATIENCE, meanwhile


def test_a_worker_does_not_turn_to_an_address_that_has_no_room(clock):
    names = at_names(20)
    some = looked_up(clock, closed_first, *names)
    turns = [some.next() for _ in range(WORKERS)]

    moved = [some.move(turn, OWN) for turn in turns]

    assert moved.count(True) == WORKERS // fair_share.SHARE


@pytest.mark.parametrize(
    ("known_at", "is_known"),
    [
        (OWN, True),
        ("198.51.100.99", False),
        ("http://n0.example", True),  # behind a proxy, where addresses are not seen
    ],
)
def test_an_endpoint_is_known_as_long_as_it_leads_to_the_server_that_answered(
    clock, known_at, is_known
):
    (one,) = at_names(1)
    one.known_at = known_at

    looked_up(clock, both, one).next()

    assert one.answers == is_known


def with_both(clock, *more):
    """Shares of 64 endpoints whose names lead to both addresses, and of some more."""
    names = [Endpoint(f"http://n{n}.example", (f"n{n}.example", 80), False) for n in range(64)]
    for number, one in enumerate(names):
        one.add([[number]])
    return FairShare((*names, *more), WORKERS, SECONDS, Lookups(both, 3.0, clock), clock)


def test_who_names_another_s_address_beside_its_own_takes_no_share_of_that_one(clock):
    victim = endpoint(VICTIM)

    assert victim in [turn.endpoint for turn in given_out(with_both(clock, victim))]


@pytest.mark.parametrize("address", [OWN, None])
def test_lateness_is_of_the_address_that_was_connected_to_or_of_the_first(clock, address):
    victim = endpoint(VICTIM)
    some = with_both(clock, victim)
    own = [turn for turn in given_out(some) if turn.endpoint != victim]
    for turn in own:
        late(some, turn, endpoints.Contact(address))

    assert some.postponement(turn_after(some, own)) == endpoints.SAME_SERVER
    assert some.postponement(endpoints.Turn(victim, endpoints.UrlQueue(), [0], True, ())) is None


def test_an_answer_is_of_the_address_that_was_connected_to_as_well(clock):
    some = with_both(clock)
    first, *others = given_out(some)
    some.note(first, ANSWER, endpoints.Contact(OWN))
    for turn in others:
        some.note(turn, SILENCE, endpoints.Contact(VICTIM))
        some.give_back(turn)
    for turn in given_out(some)[:4]:
        some.note(turn, SILENCE, endpoints.Contact(VICTIM))

    assert some.postponement(turn_after(some, [first, *others])) == endpoints.SAME_SERVER


def test_a_port_that_is_closed_is_an_answer_of_its_machine(clock):
    closed = [endpoint(VICTIM, port=port) for port in range(1000, 1099)]
    victim = endpoint(VICTIM, port=443)
    some = shared(clock, *closed, victim)
    for turn in given_out(some):
        late(some, turn, endpoints.Contact(VICTIM, is_closed=True))

    assert {some.postponement(turn) for turn in given_out(some)} == {None}


def turn_after(some, turns_before):
    """A turn of an endpoint that has not been called."""
    return next(turn for turn in given_out(some) if turn not in turns_before)


def test_who_leads_to_an_address_first_goes_before_who_leads_there_at_last(clock):
    def resolve(host, port, **_kind):
        own = [OWN, VICTIM] if host.startswith("n") else [VICTIM]
        return [(None, None, None, "", (address, port)) for address in own]

    names = at_names(4)
    victims = at_names(2, "victim")
    some = looked_up(clock, resolve, *names[:1], victims[0], *names[1:], victims[1])
    begun = some.next()
    some.move(begun, VICTIM)
    clock.now += 0.1
    answered(some, begun)

    assert some.next().endpoint is victims[0]
    assert some.next().endpoint is victims[1]


def test_room_that_a_worker_leaves_by_turning_elsewhere_is_taken_at_once(clock):
    def resolve(host, port, **_kind):
        own = [OWN, VICTIM] if host.startswith("n") else [OWN]
        return [(None, None, None, "", (address, port)) for address in own]

    some = looked_up(clock, resolve, *at_names(4), endpoint(OWN))
    turns = [some.next() for _ in range(4)]
    waiting = meanwhile(some.take)

    for turn in turns:
        some.move(turn, VICTIM)

    assert waiting.result(PATIENCE).endpoint.name == f"http://{OWN}:80"
