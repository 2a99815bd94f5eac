"""Slow endpoints: their callbacks are reported in a lane of their own."""

import pytest
from sqs_k8s_jobs.workqueue.endpoints import FAST, LANES, MOST_SLOW, NOT_SEEN, SLOW, Endpoints

HERE, THERE = "http://here.example", "http://there.example"
SERVER = "203.0.113.1"


@pytest.fixture
def endpoints():
    return Endpoints()


def test_an_endpoint_that_nobody_knows_is_fast(endpoints):
    assert endpoints.lane(HERE) == endpoints.lane("") == FAST


def test_an_endpoint_that_gave_no_answer_in_time_is_slow_and_no_other(endpoints):
    endpoints.saw(HERE, late=True, server=None)

    assert (endpoints.lane(HERE), endpoints.lane(THERE)) == (SLOW, FAST)


def test_an_endpoint_that_answers_again_is_fast_again(endpoints):
    endpoints.saw(HERE, late=True, server=None)
    endpoints.saw(HERE, late=True, server=None)

    endpoints.saw(HERE, late=False, server=SERVER)

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
    endpoints.saw_promptness(HERE, late=True, server=None)
    endpoints.saw_promptness(HERE, late=False, server=SERVER)
    endpoints.saw_promptness(THERE, late=False, server=SERVER)

    assert (endpoints.slow(), endpoints.lane(HERE)) == ([HERE], FAST)


def test_an_endpoint_that_is_slow_is_not_prompt_either(endpoints):
    endpoints.saw(HERE, late=True, server=None)
    endpoints.saw_promptness(THERE, late=True, server=None)

    assert endpoints.slow() == [HERE, THERE]


def test_an_endpoint_is_known_to_answer_once_it_has_and_until_it_does_not(endpoints):
    known = [endpoints.server_of(HERE)]
    endpoints.saw(HERE, late=False, server=SERVER)
    known.append(endpoints.server_of(HERE))
    endpoints.saw(HERE, late=True, server=None)
    known.append(endpoints.server_of(HERE))

    assert known == [None, SERVER, None]


def test_an_endpoint_that_answered_while_messages_were_submitted_is_known_to(endpoints):
    endpoints.saw_promptness(HERE, late=False, server=SERVER)
    endpoints.saw(THERE, late=True, server=None)
    endpoints.saw_promptness(THERE, late=False, server=SERVER)

    assert (endpoints.server_of(HERE), endpoints.server_of(THERE)) == (SERVER, None)


def test_what_a_job_has_told_shows_that_its_endpoint_answers_unless_that_is_slow(endpoints):
    endpoints.learn("a", HERE, done=True, answered=True)
    endpoints.saw(THERE, late=True, server=None)
    endpoints.learn("b", THERE, done=False, answered=True)

    assert (endpoints.server_of(HERE), endpoints.server_of(THERE)) == (NOT_SEEN, None)


def test_a_server_that_was_seen_stays_known_whatever_jobs_tell(endpoints):
    endpoints.saw(HERE, late=False, server=SERVER)

    endpoints.learn("a", HERE, done=False, answered=True)

    assert endpoints.server_of(HERE) == SERVER


def test_an_endpoint_that_accepts_nothing_is_not_known_to_and_stays_known_where_it_did(endpoints):
    endpoints.saw(HERE, late=False, server=None)
    endpoints.saw_promptness(HERE, late=False, server=None)
    endpoints.saw(THERE, late=False, server=SERVER)
    endpoints.saw(THERE, late=False, server=None)

    assert (endpoints.server_of(HERE), endpoints.server_of(THERE)) == (None, SERVER)


def test_where_nobody_hears_nobody_is_waited_for(endpoints):
    assert endpoints.server_of("") == ""


def test_of_some_ids_the_endpoints_that_answer_are_named_with_the_servers_that_did(endpoints):
    for digest, endpoint in (("a", HERE), ("b", HERE), ("c", THERE)):
        endpoints.learn(digest, endpoint, done=False)
    endpoints.learn("d", "http://restarted.example", done=False, answered=True)
    endpoints.saw(HERE, late=False, server=SERVER)

    assert endpoints.answering(["a", "b", "c", "d", "nobody's"]) == {HERE: SERVER}


def test_an_id_of_which_nothing_is_left_is_forgotten(endpoints):
    endpoints.learn("a", HERE, done=False)
    endpoints.forget("a")
    endpoints.forget("a")

    assert endpoints.of("a") == ""


def test_the_number_of_remembered_endpoints_is_limited_and_the_latest_are_remembered(endpoints):
    names = [f"http://{number}.example" for number in range(2 * MOST_SLOW)]
    for name in names:
        endpoints.saw(name, late=True, server=None)
        endpoints.saw_promptness("late." + name, late=True, server=None)

    assert len(endpoints.slow()) == 2 * MOST_SLOW
    assert [endpoints.lane(one) for one in (names[0], names[-1])] == [FAST, SLOW]
