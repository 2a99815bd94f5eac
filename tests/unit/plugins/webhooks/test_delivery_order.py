"""Delivering many callbacks: one id's in order, those of others side by side."""

import contextlib
import json
import threading
from dataclasses import replace

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import delivery
from kit.builders.delivery_options import options
from kit.servers.endpoint import Endpoint, with_status

PATIENCE = 30.0  # seconds after which something is broken, not slow


def callbacks(url, message_id, *statuses):
    return [
        {
            "id": message_id,
            "url": url,
            "status": status,
            "body": json.dumps({"id": message_id, "status": status}),
            "delivery_id": f"{message_id}-{status}",
        }
        for status in statuses
    ]


def about(uid):
    """A reference to the object that callbacks tell of."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"uid": uid}}


def heard(endpoint):
    """The statuses that came in, by id, in the order in which they came."""
    statuses = {}
    for request in endpoint.requests:
        body = json.loads(request.body)
        statuses.setdefault(body["id"], []).append(body["status"])
    return statuses


def accepted(results):
    return [one["accepted"] for one in results]


def test_one_ids_statuses_arrive_in_their_order(endpoint):
    ids = [f"id-{number}" for number in range(10)]
    mixed = [
        one for status in (0, 1, 2) for name in ids for one in callbacks(endpoint.url, name, status)
    ]

    results = delivery.deliver(mixed, options(PATIENCE, 8))

    assert all(accepted(results))
    assert heard(endpoint) == {name: [0, 1, 2] for name in ids}


@pytest.mark.parametrize("refused", [0, 1, 2])
def test_after_a_status_that_was_not_accepted_no_later_one_is_sent(endpoint, refused):
    def picky(handler):
        status = json.loads(endpoint.requests[-1].body)["status"]
        with_status(503 if status == refused else 200)(handler)

    endpoint.answer = picky

    results = delivery.deliver(callbacks(endpoint.url, "one", 0, 1, 2), options(PATIENCE, 4))

    assert heard(endpoint) == {"one": list(range(refused + 1))}
    assert accepted(results) == [status < refused for status in (0, 1, 2)]
    for held_back in results[refused + 1 :]:
        assert held_back["error"] == "an earlier status was not accepted yet"


def test_what_one_webhook_does_holds_back_no_callback_of_its_id_at_another(endpoint, deaf):
    anothers = callbacks(deaf.url, "one", 99)
    own = callbacks(endpoint.url, "one", 0, 1)

    results = delivery.deliver([*anothers, *own], options(1.0, 4))

    assert accepted(results) == [False, True, True]
    assert heard(endpoint) == {"one": [0, 1]}


def test_a_callback_that_is_refused_holds_back_none_of_another_job_with_its_id(endpoint):
    def picky(handler):
        is_anothers = json.loads(endpoint.requests[-1].body)["status"] == 99
        with_status(401 if is_anothers else 200)(handler)

    endpoint.answer = picky
    anothers = [{**one, "about": about("record")} for one in callbacks(endpoint.url, "one", 99)]
    own = [{**one, "about": about("job")} for one in callbacks(endpoint.url, "one", 0, 1)]

    results = delivery.deliver([*anothers, *own], options(PATIENCE, 1))

    assert accepted(results) == [False, True, True]


@pytest.mark.parametrize("name", ["about", "stored_in"])
def test_what_tells_of_one_job_keeps_its_order_at_whatever_url(endpoint, name):
    endpoint.answer = with_status(503)
    mine = [{**one, name: about("job")} for one in callbacks(endpoint.url, "one", 0, 1)]
    mine[1]["url"] += "/moved"

    assert [one["held_back"] for one in delivery.deliver(mine, options(PATIENCE, 4))] == [
        False,
        True,
    ]


def test_messages_without_an_id_do_not_hold_each_other_back(endpoint, deaf):
    nameless = callbacks(deaf.url, None, 99) + callbacks(endpoint.url, None, 99)

    results = delivery.deliver(nameless, options(0.2, 1))

    assert accepted(results) == [False, True]


def test_an_endpoint_that_never_answers_is_given_up(deaf):
    (result,) = delivery.deliver(callbacks(deaf.url, "one", 0), options(0.2, 1))

    assert (result["accepted"], result["code"]) == (False, None)
    assert result["error"]
    assert not deaf.released.is_set()


def test_an_endpoint_that_answers_in_drops_is_not_waited_for(endpoint):
    def drip(handler):
        handler.close_connection = True
        with contextlib.suppress(OSError):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
            while not endpoint.released.wait(0.01):
                handler.wfile.write(b"x")

    endpoint.answer = drip

    (result,) = delivery.deliver(callbacks(endpoint.url, "one", 0), options(0.2, 1))

    assert result["code"] in (None, 200)
    assert not endpoint.released.is_set()


def test_an_endpoint_that_is_slow_delays_only_its_own_callbacks(endpoint):
    with Endpoint() as slow:

        def once_the_others_are_told(handler):
            others_told.wait(PATIENCE)
            with_status(200 if others_told.is_set() else 500)(handler)

        others_told = threading.Event()
        slow.answer = once_the_others_are_told
        endpoint.answer = lambda handler: (
            others_told.set() if len(endpoint.requests) == 30 else None,
            with_status(200)(handler),
        )
        others = [one for n in range(10) for one in callbacks(endpoint.url, f"id-{n}", 0, 1, 2)]

        results = delivery.deliver([*callbacks(slow.url, "slow", 0), *others], options(PATIENCE, 2))

    assert all(accepted(results))


def test_an_endpoint_has_its_share_of_the_workers_at_once(endpoint):
    together = threading.Barrier(4, timeout=PATIENCE)

    def only_with_three_others(handler):
        together.wait()
        with_status(200)(handler)

    endpoint.answer = only_with_three_others

    results = delivery.deliver(
        [one for n in range(8) for one in callbacks(endpoint.url, f"id-{n}", 0)],
        options(PATIENCE, 16),
    )

    assert all(accepted(results))


@pytest.mark.parametrize("answer", [b"", b"thanks" * 100])
def test_each_callback_has_a_connection_of_its_own(endpoint, answer):
    endpoint.answer = with_status(200, answer)

    delivery.deliver(callbacks(endpoint.url, "one", *range(20)), options(PATIENCE, 4))

    assert len(endpoint.requests) == 20
    assert len({request.connection for request in endpoint.requests}) == 20


def test_a_connection_that_the_endpoint_closed_meanwhile_costs_no_callback(endpoint):
    def and_good_bye(handler):
        with_status(200, Connection="close")(handler)

    endpoint.answer = and_good_bye

    results = delivery.deliver(callbacks(endpoint.url, "one", 0, 1, 2), options(PATIENCE, 1))

    assert accepted(results) == [True, True, True]
    assert len({request.connection for request in endpoint.requests}) == 3


def test_without_callbacks_nothing_is_done():
    assert delivery.deliver([], options(PATIENCE, 4)) == []


def test_what_a_slow_endpoint_has_no_time_for_is_postponed_and_is_no_silence(endpoint):
    """Each answer takes longer than a fourth of all its time, and four go side by side."""

    def slow(handler):
        endpoint.released.wait(0.15)
        with_status(200)(handler)

    endpoint.answer = slow
    many = [one for n in range(40) for one in callbacks(endpoint.url, f"id-{n}", 0, 1)]

    results = delivery.deliver(many, options(0.4, 16))

    tried = [one for one in results if one["accepted"]]
    left = [one for one in results if one["postponed"]]
    assert len(tried) == len(endpoint.requests)
    assert tried
    assert left
    assert {(one["accepted"], one["silent"]) for one in left} == {(False, False)}
    assert all(one in tried or one in left or one["held_back"] for one in results)


def test_what_a_silent_endpoint_is_not_asked_is_postponed_and_is_silence(deaf):
    results = delivery.deliver(callbacks(deaf.url, None, *range(20)), options(0.2, 4))

    tried = [one for one in results if not one["postponed"]]
    assert len(tried) == len(deaf.requests) == 1
    assert {(one["silent"], one["accepted"]) for one in results} == {(True, False)}


def test_who_is_given_less_than_its_time_is_postponed_and_not_called_silent(deaf):
    (result,) = delivery.deliver(callbacks(deaf.url, "one", 0), impatient(0.2))

    assert (result["accepted"], result["postponed"], result["silent"]) == (False, True, False)
    assert "no answer within 0.2 s" in result["error"]


def test_who_fails_sooner_than_that_has_failed(endpoint):
    endpoint.answer = lambda handler: setattr(handler, "close_connection", True)

    (result,) = delivery.deliver(callbacks(endpoint.url, "one", 0), impatient(PATIENCE / 2))

    assert (result["accepted"], result["postponed"], result["silent"]) == (False, False, False)


def impatient(seconds):
    return replace(options(PATIENCE, 4), patience=seconds)
