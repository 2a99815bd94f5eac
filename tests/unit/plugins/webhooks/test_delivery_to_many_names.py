"""One server under many names: it delays nobody else, on real connections."""

import json
import socket
import threading
from dataclasses import replace

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import delivery
from kit.builders.delivery_options import options
from kit.servers.endpoint import Endpoint, with_status

PATIENCE = 30.0  # seconds after which something is broken, not slow
WORKERS = 16
SHARE = WORKERS // 4
SPELLINGS = (
    *("localhost", "LOCALHOST", "LocalHost", "lOCALHOST"),
    *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "0x7F000001"),
)


def resolve(host, port, **kind):
    """Look names up without a network: whatever is a name is here."""
    is_name = host.lower().rstrip(".").endswith(("localhost", ".example"))
    return socket.getaddrinfo("127.0.0.1" if is_name else host, port, **kind)


def callback(host, endpoint, message_id, status=0):
    port = endpoint.url.rpartition(":")[2]
    return {
        "id": message_id,
        "url": f"http://{host}:{port}/",
        "status": status,
        "body": json.dumps({"id": message_id}),
        "delivery_id": f"{message_id}-{status}",
    }


@pytest.fixture
def deaf_everywhere():
    """The same, at each address of loopback."""
    with Endpoint(host="") as started:
        started.answer = lambda _handler: started.released.wait() and None
        yield started


def heard_after(deaf, endpoint):
    """Return counts of requests to the deaf server at calls of the other, filled later."""
    counts = []

    def answer(handler):
        counts.append(len(deaf.requests))
        with_status(200)(handler)

    endpoint.answer = answer
    return counts


@pytest.mark.parametrize(
    "names",
    [
        pytest.param([SPELLINGS[n % len(SPELLINGS)] for n in range(128)], id="spellings"),
        pytest.param([f"n{n}.caller.example" for n in range(128)], id="subdomains"),
    ],
)
def test_one_server_that_hangs_under_many_names_delays_nobody_else(deaf, endpoint, names):
    counts = heard_after(deaf, endpoint)
    hanging = [callback(name, deaf, f"id-{n}") for n, name in enumerate(names)]
    others = [callback("127.0.0.1", endpoint, f"other-{n}") for n in range(10)]

    results = delivery.deliver([*hanging, *others], options(0.5, WORKERS, resolve=resolve))

    assert all(one["accepted"] for one in results[128:])
    assert max(counts) <= SHARE
    assert len(deaf.requests) <= 2 * SHARE
    assert not any(one["accepted"] for one in results[:128])


def test_a_server_that_speaks_no_tls_has_answered(endpoint):
    one = callback("127.0.0.1", endpoint, "no-tls")

    (result,) = delivery.deliver(
        [{**one, "url": one["url"].replace("http:", "https:")}], options(5.0, 4)
    )

    assert "TLS failed" in result["error"]
    assert not result["silent"]


def test_one_host_in_many_spellings_is_one_endpoint(deaf):
    hanging = [callback(name, deaf, f"id-{name}") for name in SPELLINGS if name[0].lower() == "l"]

    results = delivery.deliver(hanging, options(0.3, 1, resolve=resolve))

    assert len(deaf.requests) == 1
    assert {one["silent"] for one in results} == {True}


@pytest.mark.parametrize(
    ("odd", "host"),
    [("hooks.busine\u00df.example", "hooks.business.example"), ("hooks.svc.", "hooks.svc")],
)
def test_a_host_that_is_not_found_says_nothing_of_one_that_looks_alike(endpoint, odd, host):
    def found(name, port, **kind):
        if name != host:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return socket.getaddrinfo("127.0.0.1", port, **kind)

    sent = [callback(odd, endpoint, f"odd-{n}") for n in range(4)]
    sent += [callback(host, endpoint, f"one-{n}") for n in range(4)]

    results = delivery.deliver(sent, options(5.0, 4, resolve=found))

    assert [one["accepted"] for one in results] == [False] * 4 + [True] * 4


def test_endpoints_that_never_answered_do_not_delay_one_that_has(deaf_everywhere, endpoint):
    """Each of them is at an address of its own."""
    counts = heard_after(deaf_everywhere, endpoint)
    many = [callback(f"n{n}.example", deaf_everywhere, f"id-{n}") for n in range(64)]
    known = callback("known.example", endpoint, "known")
    name = "http://known.example:" + endpoint.url.rpartition(":")[2]

    def spread(host, port, **_kind):
        own = host.removeprefix("n").partition(".")[0]
        address = f"127.0.0.{2 + int(own)}" if own.isdecimal() else "127.0.0.1"
        return socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)

    given = replace(options(0.5, WORKERS, resolve=spread), answering={name: "127.0.0.1"})
    *_others, last = delivery.deliver([*many, known], given)

    assert last["accepted"]
    assert max(counts) <= WORKERS - SHARE
    assert len(deaf_everywhere.requests) <= 3 * (WORKERS - SHARE)


def test_hosts_whose_lookup_hangs_take_no_worker(endpoint):
    heard = threading.Event()

    def hang(host, port, **kind):
        if host.startswith("hang"):
            heard.wait(PATIENCE)
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, port, **kind)

    endpoint.answer = lambda handler: (heard.set(), with_status(200)(handler))
    hanging = [callback(f"hang{n}.example", endpoint, f"id-{n}") for n in range(20)]
    other = callback("127.0.0.1", endpoint, "other")

    *late, last = delivery.deliver([*hanging, other], options(PATIENCE, 1, resolve=hang))

    assert last["accepted"]
    assert {one["error"].partition(": ")[2] for one in late} == {"its host does not resolve"}


def test_a_lookup_that_never_ends_is_given_up(endpoint):
    forever = threading.Event()

    def hang(*_args, **_kind):
        forever.wait(PATIENCE)
        return []

    (result,) = delivery.deliver(
        [callback("a.example", endpoint, "a")], options(0.2, 1, resolve=hang)
    )
    forever.set()

    assert (result["accepted"], result["silent"]) == (False, True)
    assert "no connection within 0.2 s" in result["error"]


def test_an_id_that_another_endpoint_does_not_hear_of_is_not_held_back(deaf, endpoint):
    stolen = [callback("127.0.0.1", deaf, "same", 99), callback("127.0.0.1", endpoint, "same", 0)]

    results = delivery.deliver(stolen, options(0.2, 2))

    assert [one["accepted"] for one in results] == [False, True]
