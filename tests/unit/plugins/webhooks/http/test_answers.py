"""Answers: a callback is accepted by what was said to it, in whole, and by nothing else."""

import socket
import ssl
import threading

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import delivery
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http import (
    checked,
    framing,
    incoming,
    routes,
)
from kit.builders.delivery_options import PATIENCE, options
from kit.servers.bytes_server import BODY, CLOSE, RESET, BytesServer
from kit.servers.http_proxy import ForwardingProxy
from kit.servers.resolver import Resolver

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
UNAVAILABLE = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
WITH_BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LATE = 0.05  # seconds after which a server says more than it should

WHOLE = {
    "no length, and the end of the connection": [b"HTTP/1.1 200 OK\r\n\r\nhello", CLOSE],
    "HTTP/1.0": [b"HTTP/1.0 200 OK\r\n\r\nhello", CLOSE],
    "bare line feeds": [b"HTTP/1.1 200 OK\nContent-Length: 0\n\n"],
    "no words": [b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"],
    "one informational answer": [HINTS, LATE, OK],
    "informational answers in series": [HINTS, CONTINUE, HINTS, LATE, CONTINUE, OK],
    "informational answers at once": [HINTS + CONTINUE + OK],
    "in drops": [bytes([one]) for one in WITH_BODY],
    "chunks": [CHUNKED + b"5\r\nhello\r\n0\r\n\r\n"],
    "chunks with extensions": [CHUNKED + b"5;a=b\r\nhello\r\n0;c\r\n\r\n"],
    "chunks with trailers": [CHUNKED + b"5\r\nhello\r\n0\r\n", LATE, b"Expires: 0\r\nA: b\r\n\r\n"],
    "chunks in drops": [bytes([one]) for one in CHUNKED + b"1\r\na\r\n0\r\n\r\n"],
    "the same length twice": [b"HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello"],
    "chunks and a length": [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n",
        b"5\r\nhello\r\n0\r\n\r\n",
    ],
    "no content": [b"HTTP/1.1 204 No Content\r\n\r\n"],
    "no content, and a body": [b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello"],
    "more than its length": [WITH_BODY + b" world"],
    "a large body": [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n",
        *[b"x" * 100_000 for _ in range(10)],
    ],
}
NOT_WHOLE = {
    "nothing": ([CLOSE], "the connection broke off"),
    "a reset": ([RESET], "the connection broke off"),
    "informational answers alone": ([HINTS, CLOSE], "it broke off"),
    "another protocol": ([b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", OK], "101"),
    "half a status": ([b"HTTP/1.1 20", CLOSE], "it broke off"),
    "half a head": ([b"HTTP/1.1 200 OK\r\nContent-", CLOSE], "it broke off"),
    "a head without its end": ([b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", CLOSE], "broke off"),
    "half a body": ([WITH_BODY[:-2], CLOSE], "HTTP status 200 is not whole: it broke off"),
    "half a body and a reset": ([WITH_BODY[:-2], LATE, RESET], "is not whole: it broke off"),
    "half a chunk": ([CHUNKED + b"5\r\nhel", CLOSE], "is not whole: it broke off"),
    "chunks without their end": ([CHUNKED + b"5\r\nhello\r\n", CLOSE], "is not whole: it broke"),
    "half of the trailers": ([CHUNKED + b"0\r\nExpires: 0\r\n", CLOSE], "is not whole: it broke"),
    "no size of a chunk": ([CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n"], "is not HTTP"),
    "more chunks than anybody has to say": (
        [CHUNKED + b"1\r\na\r\n" * incoming.LINES, b"0\r\n\r\n"],
        "it has more than 10000 lines or chunks",
    ),
    "a chunk longer than its size": ([CHUNKED + b"4\r\nhello\r\n0\r\n\r\n"], "is not HTTP"),
    "another coding": (
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"],
        "is not HTTP",
    ),
    "two lengths": (
        [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nhello"],
        "is not HTTP",
    ),
    "a negative length": ([b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"], "is not HTTP"),
    "a length in words": ([b"HTTP/1.1 200 OK\r\nContent-Length: none\r\n\r\n"], "is not HTTP"),
    "a status that Python takes for a number": (
        [b"HTTP/1.1 2_00 OK\r\nContent-Length: 0\r\n\r\n"],
        "is not HTTP",
    ),
    "a line that is no field": ([b"HTTP/1.1 200 OK\r\nfail\r\n\r\n"], "is not HTTP"),
    "a space before the colon": (
        [b"HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n"],
        "is not HTTP",
    ),
    "a field within a field": (
        [b"HTTP/1.1 200 OK\r\nA: b\rContent-Length: 0\r\n\r\n"],
        "is not HTTP",
    ),
    "informational answers without end": ([CONTINUE * 1000, OK], "no end of informational"),
    "a body without end": (
        [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * 65536] * 17, CLOSE],
        f"is not whole: it is longer than {incoming.LIMIT} bytes",
    ),
}


def callback(url, number=0, message_id=None, body="{}"):
    name = message_id or f"id-{number}"
    return {"id": name, "url": url, "status": 0, "body": body, "delivery_id": f"{name}-{number}"}


def deliver(*callbacks, timeout=PATIENCE, workers=8, **route):
    return delivery.deliver(list(callbacks), options(timeout, workers, **route))


def always(*parts):
    return lambda _heard: parts


def by_path(**scripts):
    return lambda heard: scripts[heard.path.strip("/")]


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_answer_of_2xx_accepts_and_its_connection_carries_no_other_callback(name):
    with BytesServer(always(*WHOLE[name])) as server:
        two = [callback(server.url, number, "one") for number in range(2)]
        results = deliver(*two)

    assert [(one["accepted"], one["error"]) for one in results] == [(True, None)] * 2
    assert len({one.connection for one in server.heard}) == 2


@pytest.mark.parametrize("name", NOT_WHOLE)
def test_an_answer_that_is_none_or_is_not_whole_does_not_accept(name):
    parts, words = NOT_WHOLE[name]
    with BytesServer(always(*parts)) as server:
        (result,) = deliver(callback(server.url))

    assert result["accepted"] is False
    assert words in result["error"]


@pytest.mark.parametrize("begun", [b"", HINTS, OK[:-2], WITH_BODY[:-1], CHUNKED + b"5\r\nh"])
def test_an_answer_without_its_end_in_time_does_not_accept_and_is_silence(begun):
    with BytesServer(always(begun, PATIENCE)) as server:
        (result,) = deliver(callback(server.url), timeout=0.3)

    assert (result["accepted"], result["silent"]) == (False, True)
    whole_head = begun in (WITH_BODY[:-1], CHUNKED + b"5\r\nh")
    assert f"no {'end of its answer' if whole_head else 'answer'} within 0.3 s" in result["error"]


def test_an_answer_that_is_not_whole_is_no_silence_and_delays_no_other_callback():
    script = by_path(half=[WITH_BODY[:-2], CLOSE], fine=[OK])
    with BytesServer(script) as server:
        half, fine = deliver(callback(server.url + "/half"), callback(server.url + "/fine", 1))

    assert (half["accepted"], half["silent"], fine["accepted"]) == (False, False, True)


@pytest.mark.parametrize("code", [410, 429, 503])
def test_what_is_no_2xx_is_named_though_it_is_not_whole(code):
    with BytesServer(
        always(b"HTTP/1.1 %d No\r\nContent-Length: 9\r\n\r\n" % code, CLOSE)
    ) as server:
        (result,) = deliver(callback(server.url))

    assert (result["code"], result["error"]) == (code, f"HTTP status {code}")


def test_an_answer_to_a_request_that_was_not_heard_in_whole_does_not_accept():
    body = "x" * 30_000_000  # more than what lies in the buffers on the way
    with BytesServer(always(OK, LATE, RESET, BODY)) as server:
        (result,) = deliver(callback(server.url, body=body))

    assert result["accepted"] is False


def test_a_refusal_of_a_request_that_was_not_heard_in_whole_is_named():
    too_large = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"
    with BytesServer(always(too_large, 0.5, CLOSE, BODY)) as server:
        (result,) = deliver(callback(server.url, body="x" * 30_000_000))

    assert result["accepted"] is False


CASE = [HINTS, 0.1, OK]


@pytest.mark.parametrize("workers", [1, 4, 16])
def test_no_callback_is_accepted_by_what_was_said_to_another_callers(workers):
    """Twelve to a path with early hints and twelve to one that says no, on one host."""
    with BytesServer(by_path(hints=CASE, no=[UNAVAILABLE])) as server:
        mixed = [
            callback(f"{server.url}/{('hints', 'no')[number % 2]}", number) for number in range(24)
        ]
        results = deliver(*mixed, workers=workers)

    assert [one["accepted"] for one in results] == [True, False] * 12
    assert {one["code"] for one in results[1::2]} == {503}
    assert sorted(one.delivery for one in server.heard) == sorted(
        one["delivery_id"] for one in mixed
    )


def test_nor_by_what_was_said_to_another_callback_of_its_own_url():
    def script(heard):
        return CASE if int(heard.delivery.rpartition("-")[2]) % 2 == 0 else [UNAVAILABLE]

    with BytesServer(script) as server:
        results = deliver(*[callback(server.url, number) for number in range(24)])

    assert [one["accepted"] for one in results] == [True, False] * 12


@pytest.mark.parametrize("late", [[OK + OK], [OK, LATE, OK], [OK + OK[:9], LATE, OK[9:]]])
def test_what_is_said_twice_is_heard_by_no_other_caller(late):
    with BytesServer(by_path(twice=late, no=[UNAVAILABLE])) as server:
        mixed = [
            callback(f"{server.url}/{('twice', 'no')[number % 2]}", number) for number in range(24)
        ]
        results = deliver(*mixed, workers=4)

    assert [one["accepted"] for one in results[1::2]] == [False] * 12
    assert not server.connections_of("/twice") & server.connections_of("/no")


@pytest.mark.parametrize("said", [UNAVAILABLE, OK])
def test_what_is_said_late_is_heard_by_no_callback_of_its_own_url_either(said):
    """Each is answered as it should be, and with a stray 200 after that."""

    def script(heard):
        number = int(heard.delivery.rpartition("-")[2])
        return [said if number % 2 else UNAVAILABLE, LATE, OK]

    with BytesServer(script) as server:
        results = deliver(*[callback(server.url, number) for number in range(24)], workers=4)

    assert [one["accepted"] for one in results] == [False, said == OK] * 12


def test_what_is_said_unasked_for_is_not_heard_on_a_connection_that_was_kept():
    """The second callback waits for a worker until the late answer has come."""
    with BytesServer(by_path(late=[OK, LATE, OK], wait=[4 * LATE, OK])) as server:
        first, between, last = (
            callback(f"{server.url}/{path}", number, "one")
            for number, path in enumerate(("late", "wait", "late"))
        )
        results = deliver(first, between, last)

    assert all(one["accepted"] for one in results)
    assert len(server.connections_of("/late")) == 2


def ask(sock, body=b"{}"):
    """Post as a callback does, over a socket that is connected already."""
    connection = checked.Http("caller.example", timeout=0.3, route=None)
    connection.sock = sock
    connection.request("POST", "/", body, preload_content=False)
    return connection.getresponse()


def test_who_speaks_before_it_is_asked_is_not_listened_to():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(OK)

        with pytest.raises(framing.InvalidAnswer, match="before it was asked"):
            ask(ours)


def test_nor_over_tls_where_a_ticket_is_no_speech(authority):
    ours, theirs = tls_pair(authority)
    with ours, theirs:
        assert not incoming.spoke_first(ours)  # which has read the tickets
        theirs.sendall(OK)

        with pytest.raises(framing.InvalidAnswer, match="before it was asked"):
            ask(ours)


def test_who_hangs_up_has_not_spoken():
    ours, theirs = socket.socketpair()
    with ours:
        theirs.close()

        assert not incoming.spoke_first(ours)


def tls_pair(authority):
    """Both ends of a connection over TLS, once their handshake is over."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(authority.certificate("127.0.0.1"))
    ends = socket.socketpair()
    theirs = server.wrap_socket(ends[1], server_side=True, do_handshake_on_connect=False)
    shaking = threading.Thread(target=theirs.do_handshake)
    shaking.start()
    context = ssl.create_default_context(cafile=str(authority.file))
    ours = context.wrap_socket(ends[0], server_hostname="127.0.0.1")
    shaking.join(PATIENCE)
    return ours, theirs


def through(proxy_url, scheme):
    return {"proxies": {scheme: routes.Proxy(proxy_url)}, "resolve": Resolver()}


@pytest.mark.parametrize("workers", [1, 8])
def test_nor_is_it_through_a_proxy(workers):
    """A proxy is asked for the whole URL, and misbehaves as its endpoint does."""

    def script(heard):
        return CASE if heard.path.endswith("/hints") else [UNAVAILABLE]

    with BytesServer(script) as proxy:
        mixed = [
            callback(f"http://caller.example/{('hints', 'no')[number % 2]}", number)
            for number in range(24)
        ]
        results = deliver(*mixed, workers=workers, **through(proxy.url, "http"))

    assert [one["accepted"] for one in results] == [True, False] * 12
    assert {one.path for one in proxy.heard} == {one["url"] for one in mixed}


def test_nor_through_a_tunnel(authority):
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(authority.certificate("caller.example"))
    script = by_path(hints=CASE, no=[UNAVAILABLE], twice=[OK, LATE, OK])
    with BytesServer(script, context=server) as endpoint, ForwardingProxy() as proxy:
        where = f"https://caller.example:{endpoint.port}"
        mixed = [
            callback(f"{where}/{('hints', 'no', 'twice', 'no')[number % 4]}", number)
            for number in range(24)
        ]
        context = routes.verifying(str(authority.file))
        tunnel = through(f"http://{proxy.address}", "https")
        results = deliver(*mixed, workers=8, context=context, **tunnel)

    assert [one["accepted"] for one in results] == [True, False] * 12
    assert not endpoint.connections_of("/no") & endpoint.connections_of("/twice")


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 2_00 OK\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
    ],
)
def test_a_proxy_that_opens_no_tunnel_accepts_nothing(said):
    with BytesServer(always(said, CLOSE)) as proxy:
        (result,) = deliver(callback("https://caller.example/"), **through(proxy.url, "https"))

    assert (result["accepted"], result["code"]) == (False, None)
    assert result["error"].startswith("https://caller.example: the proxy: ")
