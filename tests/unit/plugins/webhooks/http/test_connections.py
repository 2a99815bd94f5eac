"""Connections: to the address that was checked, and no longer than there is time."""

import contextlib
import gzip
import threading

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations.rules import (
    Destinations,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http import routes
from kit.builders.delivery_options import PATIENCE, deliver
from kit.servers.endpoint import with_status
from kit.servers.resolver import Resolver, watched
from kit.servers.tls import TlsEndpoint


def port_of(endpoint):
    return int(endpoint.url.rpartition(":")[2])


def test_only_the_allowed_addresses_of_a_host_are_tried(endpoint):
    resolver = Resolver(caller_example=["10.0.0.5", "169.254.169.254", "127.0.0.1"])

    with watched() as tried:
        (result,) = deliver(f"http://caller.example:{port_of(endpoint)}/", resolve=resolver)

    assert (result["accepted"], tried) == (True, ["127.0.0.1"])
    assert endpoint.requests[0].headers["host"] == f"caller.example:{port_of(endpoint)}"


def test_where_no_address_is_allowed_the_first_one_is_named():
    resolver = Resolver(caller_example=["10.0.0.5", "169.254.169.254"])

    with watched() as tried:
        (result,) = deliver("http://caller.example/", resolve=resolver)

    assert tried == []
    assert (result["accepted"], result["silent"]) == (False, False)
    assert result["error"].startswith("caller.example resolves to 10.0.0.5, a private address")


def test_a_host_is_looked_up_once_in_a_run_and_that_very_answer_counts(endpoint):
    class Rebinding(Resolver):
        def __call__(self, *args, **kwargs):
            found = super().__call__(*args, **kwargs)
            self.table["caller.example"] = ["169.254.169.254"]
            return found

    resolver = Rebinding(caller_example=["127.0.0.1"])
    url = f"http://caller.example:{port_of(endpoint)}/"

    with watched() as tried:
        first, second = deliver(url, url, resolve=resolver)

    assert (first["accepted"], second["accepted"]) == (True, True)
    assert (tried, resolver.asked) == (["127.0.0.1"] * 2, ["caller.example"])


def test_an_address_that_does_not_answer_leaves_time_for_the_next(endpoint):
    resolver = Resolver(caller_example=["127.0.0.2", "127.0.0.1"])

    with watched() as tried:
        (result,) = deliver(f"http://caller.example:{port_of(endpoint)}/", resolve=resolver)

    assert (result["accepted"], tried) == (True, ["127.0.0.2", "127.0.0.1"])


def test_a_host_that_is_not_the_operators_is_not_even_looked_up():
    resolver = Resolver(caller_example=["127.0.0.1"])
    own = Destinations.listed(allow=["127.0.0.0/8"], hosts=["*.example.com"])

    with watched() as tried:
        (result,) = deliver("http://caller.example/", resolve=resolver, destinations=own)

    assert "report_webhook_hosts" in result["error"]
    assert (resolver.asked, tried) == ([], [])


def test_a_resolver_that_takes_its_time_is_not_waited_for():
    answers = threading.Event()

    def slow(*_host, **_kind):
        answers.wait(PATIENCE)
        return []

    (result,) = deliver("http://caller.example/", timeout=0.2, resolve=slow)

    assert not answers.is_set()
    answers.set()
    assert (result["accepted"], result["silent"]) == (False, True)
    assert result["error"] == "http://caller.example: no connection within 0.2 s"


def test_of_many_addresses_a_few_are_tried():
    resolver = Resolver(caller_example=[f"93.184.216.{n}" for n in range(1, 50)])

    with watched() as tried:
        (result,) = deliver("http://caller.example/", resolve=resolver)

    assert (len(tried), result["silent"]) == (4, True)


def test_a_redirect_inward_is_not_followed(endpoint):
    endpoint.answer = with_status(302, Location="http://169.254.169.254/latest/meta-data/")

    with watched() as tried:
        (result,) = deliver(endpoint.url)

    assert (result["accepted"], result["code"], tried) == (False, 302, ["127.0.0.1"])


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 101 + b"\r\n", id="many headers"),
        pytest.param(b"HTTP/1.1 200 OK\r\nA: " + b"b" * 65537 + b"\r\n\r\n", id="a long header"),
        pytest.param(b"HTTP/1.1 200 " + b"O" * 65537 + b"\r\n\r\n", id="a long status"),
    ],
)
def test_more_headers_than_there_may_be_are_no_answer(endpoint, said):
    def flood(handler):
        with contextlib.suppress(OSError):
            handler.wfile.write(said)
        handler.close_connection = True

    endpoint.answer = flood

    (result,) = deliver(endpoint.url)

    assert (result["accepted"], result["code"]) == (False, None)
    assert result["error"] == f"{endpoint.url}: what it answered is not HTTP"


def flood_of_continue(handler, released):
    with contextlib.suppress(OSError):
        while not released.wait(0.001):
            handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 10)
    handler.close_connection = True


def test_a_flood_of_continue_is_not_waited_for(endpoint):
    endpoint.answer = lambda handler: flood_of_continue(handler, endpoint.released)

    (result,) = deliver(endpoint.url)

    assert (result["accepted"], result["silent"]) == (False, False)
    assert result["error"] == f"{endpoint.url}: there was no end of informational answers"


def test_nor_is_one_that_comes_slowly(endpoint):
    def drip(handler):
        with contextlib.suppress(OSError):
            while not endpoint.released.wait(0.1):
                handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        handler.close_connection = True

    endpoint.answer = drip

    (result,) = deliver(endpoint.url, timeout=0.3)

    assert (result["accepted"], result["silent"]) == (False, True)
    assert result["error"] == f"{endpoint.url}: no answer within 0.3 s"


def test_nor_is_it_over_tls(authority):
    context = routes.verifying(str(authority.file))
    with TlsEndpoint(authority.certificate("127.0.0.1")) as endpoint:
        endpoint.answer = lambda handler: flood_of_continue(handler, endpoint.released)

        (result,) = deliver(endpoint.url, context=context)

    assert (result["accepted"], result["silent"]) == (False, False)
    assert result["error"] == f"{endpoint.url}: there was no end of informational answers"


def test_a_packed_answer_is_not_unpacked(endpoint):
    bomb = gzip.compress(b"\0" * 50_000_000)
    endpoint.answer = with_status(200, bomb, **{"Content-Encoding": "gzip"})

    (result,) = deliver(endpoint.url)

    assert (result["accepted"], result["code"]) == (True, 200)
