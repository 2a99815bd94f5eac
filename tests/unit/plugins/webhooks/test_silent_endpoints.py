"""Silence: of a URL, of an endpoint with all its URLs, and of a server under all its names."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import (
    attempts,
    endpoints,
    fair_share,
)
from kit.models.shares import (
    ANSWER,
    SECONDS,
    SLOW_ANSWER,
    WORKERS,
    answered,
    endpoint,
    given_out,
    late,
    named,
    shared,
    turn_of,
)

SHARE = WORKERS // fair_share.SHARE


def late_and_left(some):
    """Return the turns that workers take and that all come to nothing, and those after them."""
    tried = given_out(some)
    for turn in tried:
        late(some, turn)
    return tried, given_out(some)


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

    tried, rest = late_and_left(some)

    assert (len(tried), len(rest)) == (SHARE, 500 - SHARE)
    assert {some.postponement(turn) for turn in rest} == {endpoints.SILENT}


def test_of_names_at_one_door_a_few_are_tried_and_where_none_answers_no_other_one(clock):
    names = named(128, "203.0.113.1")
    some = shared(clock, *names)

    tried, rest = late_and_left(some)

    assert (len(tried), len(rest)) == (SHARE, 128 - SHARE)
    assert {some.postponement(turn) for turn in rest} == {endpoints.SAME_SERVER}


def test_where_one_name_at_a_door_answers_the_others_are_tried(clock):
    names = named(9, "203.0.113.1")
    some = shared(clock, *names)
    first, *others = given_out(some)
    some.note(first, ANSWER)
    for turn in others:
        late(some, turn)

    assert {some.postponement(turn) for turn in given_out(some)} == {None}


def test_who_has_answered_before_is_tried_though_others_at_its_door_did_not_answer(clock):
    names = named(4, "203.0.113.1")
    known = endpoint("203.0.113.1", answers=True)
    some = shared(clock, *names)
    for turn in given_out(some):
        late(some, turn)
    known.sites = names[0].sites

    assert some.postponement(turn_of(known)) is None


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
