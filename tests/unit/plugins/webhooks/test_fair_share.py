"""Shares of the workers and of a run's time: for endpoints, addresses, and who has not answered."""

import heapq

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import (
    attempts,
    endpoints,
    fair_share,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations.lookups import (
    Lookups,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.endpoints import Endpoint
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.fair_share import FairShare
from kit.threads import PATIENCE, meanwhile

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
    """What workers get without one of them being done."""
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


def test_a_url_that_is_silent_is_no_silence_of_the_others_where_one_of_them_has_answered(clock):
    one = endpoint("203.0.113.1", chains=3)
    one.add([[10], [11]])
    some = shared(clock, one)
    slow, fast, *_others = given_out(some)

    late(some, slow)
    answered(some, fast)

    assert some.postponement(slow) == endpoints.SILENT_URL
    assert some.postponement(fast) is None


def test_a_url_of_an_endpoint_that_is_known_to_answer_is_silent_alone(clock):
    one = endpoint("203.0.113.1", answers=True)
    one.add([[10]])
    some = shared(clock, one)
    slow, other = given_out(some)

    late(some, slow)

    assert (some.postponement(slow), some.postponement(other)) == (endpoints.SILENT_URL, None)


def test_where_nothing_of_an_endpoint_ever_answered_it_is_silent_whatever_paths_it_has(clock):
    one = endpoint("203.0.113.1")
    for number in range(1, 500):
        one.add([[number]])
    some = shared(clock, one)
    tried = given_out(some)
    for turn in tried:
        late(some, turn)

    rest = given_out(some)

    assert (len(tried), len(rest)) == (
        WORKERS // fair_share.SHARE,
        500 - WORKERS // fair_share.SHARE,
    )
    assert {some.postponement(turn) for turn in rest} == {endpoints.SILENT}


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


def test_of_names_at_one_door_a_few_are_tried_and_where_none_answers_no_other_one(clock):
    names = [endpoint("203.0.113.1") for _ in range(128)]
    for number, one in enumerate(names):
        one.name = f"http://n{number}.example"
    some = shared(clock, *names)
    tried = given_out(some)
    for turn in tried:
        late(some, turn)

    rest = given_out(some)

    assert (len(tried), len(rest)) == (
        WORKERS // fair_share.SHARE,
        128 - WORKERS // fair_share.SHARE,
    )
    assert {some.postponement(turn) for turn in rest} == {endpoints.SAME_SERVER}


def test_where_one_name_at_a_door_answers_the_others_are_tried(clock):
    names = [endpoint("203.0.113.1") for _ in range(9)]
    for number, one in enumerate(names):
        one.name = f"http://n{number}.example"
    some = shared(clock, *names)
    first, *others = given_out(some)
    some.note(first, ANSWER)
    for turn in others:
        late(some, turn)

    assert {some.postponement(turn) for turn in given_out(some)} == {None}


def test_who_has_answered_before_is_tried_though_others_at_its_door_did_not_answer(clock):
    names = [endpoint("203.0.113.1") for _ in range(4)]
    for number, one in enumerate(names):
        one.name = f"http://n{number}.example"
    known = endpoint("203.0.113.1", answers=True)
    some = shared(clock, *names)
    for turn in given_out(some):
        late(some, turn)
    known.sites = names[0].sites

    assert some.postponement(turn_of(known)) is None


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


def named(count, address, *, ports=(80,), answers=False):
    """So many names of one address, at each port."""
    many = [endpoint(address, port=port, answers=answers) for port in ports for _ in range(count)]
    for number, one in enumerate(many):
        one.name = f"http://n{number}.{address}"
    return many


def test_a_call_that_reaches_nobody_says_nothing_of_an_endpoint(clock):
    one, other = endpoint("203.0.113.1"), endpoint("203.0.113.2", answers=True)
    some = shared(clock, one, other)
    for turn in given_out(some):
        answered(some, turn, attempts.failed("its address may not be called"))

    assert (one.answers, other.answers) == (False, True)


def test_a_url_that_is_silent_is_silent_alone_where_another_one_answers_slowly(clock):
    one = endpoint("203.0.113.1", chains=3)
    one.add([[10], [11]])
    some = shared(clock, one)
    silent, slow, *_others = given_out(some)

    answered(some, slow, SLOW_ANSWER)
    late(some, silent)

    assert some.postponement(silent) == endpoints.SILENT_URL
    assert some.postponement(slow) is None


def called_at(some, seconds_of, clock, to=None):
    """When each endpoint was called for the first time by a run of all workers.

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


def closed_first(host, port, **_kind):
    """Of a name, an address of its own and then one that all have; of an address itself."""
    at = [host] if host[0].isdigit() else [f"192.0.2.{host[1:].split('.')[0]}", OWN]
    return [(None, None, None, "", (one, port)) for one in at]


def test_a_server_behind_addresses_that_refuse_keeps_nobody_from_being_called_soon(clock):
    slow = at_names(200)
    prompt = [endpoint(f"198.51.100.{number}", answers=True, chains=3) for number in range(50)]
    seconds_of = dict.fromkeys((one.name for one in slow), 0.98 * SECONDS)

    called = called_at(looked_up(clock, closed_first, *slow, *prompt), seconds_of, clock, to=OWN)

    assert max(called[one.name] for one in prompt) < SECONDS


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
    """What is counted at an address of an endpoint."""
    return [site.load for site in one.sites[address]]


def both(host, port, **_kind):
    """Of a name, its owner's address and somebody else's; of an address itself."""
    found = [host] if host[0].isdigit() else [OWN, VICTIM]
    return [(None, None, None, "", (one, port)) for one in found]


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


@pytest.mark.parametrize(("hanging", "is_called"), [(3, True), (4, False)])
def test_as_many_paths_as_have_a_share_have_to_hang_until_an_endpoint_is_silent(
    clock, hanging, is_called
):
    one = endpoint("203.0.113.1")
    for number in range(1, 10):
        one.add([[number]])
    some = shared(clock, one)
    tried = given_out(some)

    for turn in tried[:hanging]:
        late(some, turn)
    for turn in tried[hanging:]:
        some.give_back(turn)

    assert (some.postponement(some.next()) is None) == is_called


def test_while_it_is_not_known_whether_an_endpoint_is_silent_no_other_path_is_begun_with(clock):
    one = endpoint("203.0.113.1")
    for number in range(1, 10):
        one.add([[number]])
    some = shared(clock, one)
    first, *others = given_out(some)

    late(some, first)
    waits = some.next()
    answered(some, others[0])

    assert waits is None
    assert some.next() is not None


def test_an_endpoint_that_has_used_up_its_time_in_silence_is_silent(clock):
    one = endpoint("203.0.113.1")
    for number in range(1, 10):
        one.add([[number]])
    some = shared(clock, one)
    (first, second, *others) = given_out(some)
    some.postponement(first)
    clock.now += SECONDS + 0.1
    for turn in (first, second):
        late(some, turn)
    for turn in others:
        some.give_back(turn)

    assert some.postponement(some.next()) == endpoints.SILENT


def test_late_names_in_a_network_say_nothing_of_another_address_in_it(clock):
    names = [endpoint(f"2001:db8:0:{n:x}::1") for n in range(1, 20)]
    other = endpoint("2001:db8:0:ffff::1")
    some = shared(clock, *names, other)
    for _ in names:
        turn = some.next()
        if turn.endpoint is not other:
            late(some, turn)

    turns = [some.next()]
    while turns[-1] and turns[-1].endpoint is not other:
        turns.append(some.next())

    assert some.postponement(turns[-1] or turn_of(other)) is None


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
