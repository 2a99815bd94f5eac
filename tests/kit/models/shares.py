"""Endpoints that share workers, whose turns a test takes and ends."""

from __future__ import annotations

from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import (
    attempts,
    endpoints,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations.lookups import (
    Lookups,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.endpoints import Endpoint
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.fair_share import FairShare

OWN, VICTIM = "203.0.113.1", "198.51.100.1"
SECONDS = 5.0
WORKERS = 16
ANSWER = attempts.accepted(200)
SLOW_ANSWER = {**ANSWER, "slow": True}
SILENCE = {**attempts.unanswered("no answer", silent=True), "slow": True}


def endpoint(address, *, port=80, answers=False, chains=1):
    one = Endpoint(f"http://{address}:{port}", (address, port), answers)
    one.add([number] for number in range(chains))
    return one


def turn_of(one):
    """A turn of an endpoint, whoever has it."""
    return endpoints.Turn(one, one.lines[0], [0], not one.answers, ())


def literal(host, port, **_kind):
    return [(None, None, None, "", (host, port))]


def shared(clock, *endpoints):
    return FairShare(endpoints, WORKERS, SECONDS, Lookups(literal, 3.0, clock), clock)


def looked_up(clock, resolve, *endpoints):
    """Shares of endpoints whose names have been looked up."""
    lookups = Lookups(resolve, 3.0, clock)
    for one in endpoints:
        lookups.begin(*one.target).result()
    return FairShare(endpoints, WORKERS, SECONDS, lookups, clock)


def at_names(count, word="n"):
    """So many endpoints with a name each, all of which have answered before."""
    hosts = [f"{word}{number}.example" for number in range(count)]
    made = [Endpoint(f"http://{host}", (host, 80), True) for host in hosts]
    for one in made:
        one.add([[0]])
    return made


def given_out(some):
    """Return the turns that workers get while none of them is done."""
    found = []
    while turn := some.next():
        found.append(turn)
    return found


def late(some, turn, *went):
    some.postponement(turn)
    some.note(turn, SILENCE, *went)
    some.give_back(turn)


def answered(some, turn, attempt=ANSWER):
    some.note(turn, attempt)
    some.give_back(turn)


def named(count, address, *, ports=(80,), answers=False):
    """So many names of one address, at each port."""
    many = [endpoint(address, port=port, answers=answers) for port in ports for _ in range(count)]
    for number, one in enumerate(many):
        one.name = f"http://n{number}.{address}"
    return many


def closed_first(host, port, **_kind):
    """Resolve a name to an address of its own and then to OWN, an address to itself."""
    at = [host] if host[0].isdigit() else [f"192.0.2.{host[1:].split('.')[0]}", OWN]
    return [(None, None, None, "", (one, port)) for one in at]


def both(host, port, **_kind):
    """Resolve a name to OWN and then VICTIM, an address to itself."""
    found = [host] if host[0].isdigit() else [OWN, VICTIM]
    return [(None, None, None, "", (one, port)) for one in found]
