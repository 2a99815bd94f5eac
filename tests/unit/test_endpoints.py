"""Which endpoints are slow: their callbacks are reported in a lane of their own."""

from __future__ import annotations

import pytest
from sqs_k8s_jobs.endpoints import FAST, LANES, SLOW, Endpoints

HERE, THERE = "http://here.example", "http://there.example"


@pytest.fixture
def endpoints():
    return Endpoints()


def test_an_endpoint_that_nobody_knows_is_fast(endpoints):
    assert endpoints.lane(HERE) == endpoints.lane("") == FAST


def test_an_endpoint_that_gave_no_answer_in_time_is_slow_and_no_other(endpoints):
    endpoints.saw(HERE, silent=True)

    assert (endpoints.lane(HERE), endpoints.lane(THERE)) == (SLOW, FAST)


def test_an_endpoint_that_answers_again_is_fast_again(endpoints):
    endpoints.saw(HERE, silent=True)
    endpoints.saw(HERE, silent=True)

    endpoints.saw(HERE, silent=False)

    assert endpoints.lane(HERE) == FAST


def test_the_endpoint_of_an_id_is_known_once_it_was_seen_and_until_all_is_done(endpoints):
    assert endpoints.of("a") == ""
    endpoints.learn("a", HERE, done=False)
    assert (endpoints.of("a"), endpoints.of("b")) == (HERE, "")

    endpoints.learn("a", HERE, done=True)

    assert endpoints.of("a") == ""


def test_where_nobody_hears_there_is_no_endpoint_to_remember(endpoints):
    endpoints.learn("a", "", done=False)
    endpoints.learn("never seen", HERE, done=True)

    assert endpoints.of("a") == endpoints.of("never seen") == ""


def test_every_lane_is_one_that_is_reported():
    assert {FAST, SLOW} == set(LANES)


def test_an_endpoint_that_was_late_while_messages_were_submitted_is_not_prompt_but_fast(endpoints):
    endpoints.saw_promptness(HERE, silent=True)
    endpoints.saw_promptness(HERE, silent=False)
    endpoints.saw_promptness(THERE, silent=False)

    assert (endpoints.not_prompt(), endpoints.lane(HERE)) == ([HERE], FAST)


def test_an_endpoint_that_is_slow_is_not_prompt_either(endpoints):
    endpoints.saw(HERE, silent=True)
    endpoints.saw_promptness(THERE, silent=True)

    assert endpoints.not_prompt() == [HERE, THERE]
