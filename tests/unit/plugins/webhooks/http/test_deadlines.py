"""Deadlines of connections: data of TLS that comes without an end holds no worker."""

import contextlib
import socket
import ssl
import threading
import time

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http import (
    deadlines as of_deadlines,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http import routes
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http.deadlines import Deadlines
from kit.builders.delivery_options import deliver
from kit.servers.bytes_server import BODY, BytesServer
from kit.threads import within_patience

HELLO_REQUEST = (
    b"\x16\x03\x03\x00\x01\x00"  # five bytes of a record's head, then one that says nothing
)
TICKETS = 3_000_000
TIMEOUT = 0.5


@contextlib.contextmanager
def server(talk):
    """A port at which the first connection is talked to like this, and its URL."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept():
        with contextlib.suppress(OSError):
            talk(listener.accept()[0])

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.close()


def hello_requests(sock):
    """Ask for a new beginning without an end, before there was any."""
    sock.recv(65536)
    while True:
        sock.sendall(HELLO_REQUEST * 10_000)


def tickets(certificate):
    """Give tickets without an end, once the connection is there."""

    def talk(sock):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        context.num_tickets = TICKETS
        context.wrap_socket(sock, server_side=True)

    return talk


@pytest.mark.parametrize("form", ["hello requests", "tickets"])
def test_an_endpoint_that_sends_data_of_tls_without_an_end_is_one_that_is_silent(form, authority):
    talk = (
        hello_requests if form == "hello requests" else tickets(authority.certificate("127.0.0.1"))
    )
    context = routes.verifying(str(authority.file))

    with server(talk) as url:
        (result,) = within_patience(lambda: deliver(url, timeout=TIMEOUT, context=context))

    assert (result["accepted"], result["silent"]) == (False, True)
    assert result["error"].endswith(f"no answer within {TIMEOUT} s")


def test_whoever_reads_a_connection_when_its_time_is_over_sees_its_end():
    here, there = socket.socketpair()
    with here, there:
        Deadlines().add(here, time.monotonic())

        assert within_patience(here.recv, 1) == b""


def test_a_connection_whose_deadline_is_lifted_is_left_alone_and_may_be_closed():
    deadlines = Deadlines()
    first, there = socket.socketpair()
    lifted = deadlines.add(first, time.monotonic() + 0.1)
    lifted.lift()
    second, _there = socket.socketpair()
    deadlines.add(second, time.monotonic() + 0.2)
    assert within_patience(second.recv, 1) == b""  # and so the first one's moment has passed

    there.sendall(b"a")
    assert first.recv(1) == b"a"
    first.close()
    assert within_patience(there.recv, 1) == b""


def test_the_earliest_deadline_comes_first_whenever_it_was_added():
    deadlines = Deadlines()
    (late, _), (soon, _) = pairs = [socket.socketpair() for _ in range(2)]
    deadlines.add(late, time.monotonic() + 3600)
    deadlines.add(soon, time.monotonic())

    assert within_patience(soon.recv, 1) == b""
    for pair in pairs:
        for one in pair:
            one.close()


@pytest.mark.parametrize("is_tls", [True, False], ids=["TLS", "plain"])
@pytest.mark.parametrize(
    "head", ["", "Content-Length: 900000\r\n", "Transfer-Encoding: chunked\r\n"], ids=repr
)
def test_an_answer_that_has_no_end_when_its_time_is_over_accepts_nothing(is_tls, head, authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.certificate("127.0.0.1"))
    begun = f"HTTP/1.1 200 OK\r\n{head}\r\n1\r\n".encode()

    with BytesServer(lambda _: (BODY, begun), context if is_tls else None) as endpoint:
        trusting = routes.verifying(str(authority.file))
        (result,) = within_patience(
            lambda: deliver(f"{endpoint.url}/", timeout=TIMEOUT, context=trusting)
        )

    assert (result["accepted"], result["code"], result["silent"]) == (False, None, True)
    assert result["error"].endswith(f"no end of its answer within {TIMEOUT} s")


def test_where_no_thread_can_start_a_connection_fails_and_is_not_left_open(monkeypatch):
    def start(_target):
        raise OSError("no thread is left")

    monkeypatch.setattr(of_deadlines, "start", start)
    here, there = socket.socketpair()

    with pytest.raises(OSError, match="no thread"):
        Deadlines().add(here, time.monotonic() + 60)
    here.close()

    assert within_patience(there.recv, 1) == b""
