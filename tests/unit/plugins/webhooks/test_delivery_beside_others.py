"""Several callers behind one host or one address: what one of them does is not the other's."""

import json
import socket

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import delivery
from kit.builders.delivery_options import options
from kit.servers.endpoint import with_status

WORKERS = 16
OLD, NEW = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"


def callback(url, message_id, created=NEW):
    return {
        "id": message_id,
        "url": url,
        "status": 0,
        "body": json.dumps({"id": message_id}),
        "delivery_id": f"{message_id}-0",
        "created": created,
    }


@pytest.fixture
def shared(endpoint):
    """A host of several callers, of whom some never answer."""

    def answer(handler):
        if "slow" in handler.path:
            endpoint.released.wait()
        else:
            with_status(200)(handler)

    endpoint.answer = answer
    return endpoint


def test_a_caller_whose_path_hangs_delays_no_other_caller_of_its_host(shared):
    slow = [callback(f"{shared.url}/slow", f"id-{n}") for n in range(40)]
    other = callback(f"{shared.url}/fast", "other")

    *hanging, told = delivery.deliver([*slow, other], options(0.5, WORKERS))

    assert (told["accepted"], told["silent"]) == (True, False)
    assert {(one["accepted"], one["silent"]) for one in hanging} == {(False, True)}
    assert len(shared.requests) <= 1 + WORKERS // 4


def test_three_paths_of_a_host_that_hang_delay_no_other_caller_of_it(shared):
    slow = [callback(f"{shared.url}/slow/{n}", f"id-{n}", OLD) for n in range(3)]
    other = callback(f"{shared.url}/fast", "other")

    *_hanging, told = delivery.deliver([*slow, other], options(0.5, WORKERS))

    assert told["accepted"]


def test_nor_does_one_that_makes_up_paths_for_as_long_as_it_sends_more_of_them(shared):
    slow = [callback(f"{shared.url}/slow/{n}", f"id-{n}") for n in range(40)]
    other = callback(f"{shared.url}/fast", "other", OLD)

    *_hanging, told = delivery.deliver([*slow, other], options(0.5, WORKERS))

    assert told["accepted"]


def test_a_dead_server_gets_no_more_attempts_however_many_paths_are_invented(shared):
    slow = [callback(f"{shared.url}/slow/{n}", f"id-{n}") for n in range(200)]

    results = delivery.deliver(slow, options(0.3, WORKERS))

    assert len(shared.requests) == WORKERS // 4
    assert {one["silent"] for one in results} == {True}


def test_a_name_that_also_leads_to_another_s_address_delays_nothing_there(endpoint):
    port = int(endpoint.url.rpartition(":")[2])

    def resolve(host, port, **_kind):
        addresses = ["127.0.0.2", "127.0.0.1"] if host.startswith("n") else ["127.0.0.1"]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    names = [callback(f"http://n{n}.example:{port}/", f"id-{n}") for n in range(40)]
    others = [callback(f"http://other{n}.example:{port}/", f"other-{n}") for n in range(3)]
    with socket.create_server(("127.0.0.2", port)):  # which never answers
        results = delivery.deliver([*names, *others], options(0.5, WORKERS, resolve=resolve))

    assert [one["accepted"] for one in results[40:]] == [True] * 3
    assert not any(one["accepted"] for one in results[:40])


def test_closed_ports_at_an_address_delay_nobody_there(endpoint):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        where = closed.getsockname()[1]

        def resolve(_host, port, **_kind):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

        names = [callback(f"http://n{n}.example:{where}/", f"id-{n}") for n in range(40)]
        other = callback(endpoint.url, "other")
        *refused, told = delivery.deliver([*names, other], options(5.0, 2, resolve=resolve))

    assert told["accepted"]
    assert {one["error"].partition(": ")[2] for one in refused} == {"connection refused"}


def test_a_host_with_very_many_addresses_is_looked_at_in_part():
    seen = []

    class Watched(list):
        def __iter__(self):
            seen.append("all")
            return super().__iter__()

    found = Watched(
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"10.0.{n >> 8}.{n & 255}", 80))
        for n in range(4000)
    )
    seen.clear()

    (result,) = delivery.deliver(
        [callback("http://many.example/", "a")], options(5.0, 1, resolve=lambda *_, **__: found)
    )

    assert "a private address" in result["error"]
    assert seen == []
