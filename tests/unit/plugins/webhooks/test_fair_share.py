"""Shares of the workers: for URLs, endpoints, addresses, and who has not answered."""

from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import fair_share
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations.lookups import (
    Lookups,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.endpoints import Endpoint
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.fair_share import FairShare
from kit.models.shares import (
    OWN,
    SECONDS,
    WORKERS,
    answered,
    at_names,
    endpoint,
    given_out,
    literal,
    shared,
)
from kit.threads import PATIENCE, meanwhile


def test_an_endpoint_has_a_fourth_of_the_workers(clock):
    one = endpoint("203.0.113.1", answers=True, chains=40)

    assert len(given_out(shared(clock, one))) == WORKERS // fair_share.SHARE


def test_while_others_wait_one_url_of_an_endpoint_has_half_of_its_share(clock):
    """One of two URLs hangs, and what the other one is sent is done at once."""
    one = endpoint("203.0.113.1", answers=True, chains=40)
    hanging, fast = one.lines[0], one.add([number] for number in range(50, 60))
    some = shared(clock, one)
    held = []
    while fast.chains:
        turn = some.next()
        if turn.line is hanging:
            held.append(turn)
        else:
            some.give_back(turn)

    assert len(held) == WORKERS // fair_share.SHARE // 2
    assert len(given_out(some)) == WORKERS // fair_share.SHARE // 2  # once no other waits


def test_urls_of_an_endpoint_take_turns(clock):
    one = endpoint("203.0.113.1", answers=True, chains=40)
    lines = [one.lines[0], *(one.add([[n], [n + 1]]) for n in (50, 60, 70))]

    assert [turn.line for turn in given_out(shared(clock, one))] == lines


def test_all_endpoints_at_one_address_have_half_of_the_workers_whatever_their_ports(clock):
    many = [endpoint("203.0.113.1", port=port, answers=True) for port in range(1, 100)]

    assert len(given_out(shared(clock, *many))) == WORKERS // fair_share.SITE_SHARE


def test_a_network_of_ipv6_addresses_is_one_address(clock):
    many = [endpoint(f"2a00:1:2:3::{n:x}", answers=True) for n in range(1, 100)]

    assert len(given_out(shared(clock, *many))) == WORKERS // fair_share.SHARE


def test_addresses_of_one_ipv6_network_of_a_site_have_its_turn_together(clock):
    many = [endpoint(f"2a00:1:2:{n:x}::1", answers=True) for n in range(1, 100)]
    other = endpoint("203.0.113.1", answers=True, chains=4)
    found = given_out(shared(clock, *many, other))

    assert (found[1].endpoint, len(found)) == (other, WORKERS // fair_share.SITE_SHARE + 4)


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

    answered(some, first)

    assert first.endpoint in [turn.endpoint for turn in given_out(some)]


def test_who_is_known_and_what_is_an_address_wait_for_no_other_lookup(clock):
    asked = []

    def resolve(host, port, **_kind):
        asked.append(host)
        return literal(host, port)

    class Full(Lookups):
        def has_room(self):
            return False

    known, new = at_names(1)[0], Endpoint("http://new.example", ("new.example", 80), False)
    new.add([[0]])
    lookups = Full(resolve, 3.0, clock)
    some = FairShare([new, known, endpoint(OWN)], WORKERS, SECONDS, lookups, clock)

    assert {meanwhile(some.take).result(PATIENCE).endpoint.name for _ in "12"} == {
        known.name,
        f"http://{OWN}:80",
    }
    assert "new.example" not in asked
