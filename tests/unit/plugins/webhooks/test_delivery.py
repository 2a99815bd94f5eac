"""Delivering callbacks: what an endpoint's answer means, and what goes over the wire."""

import threading

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import delivery
from hypothesis import given
from hypothesis import strategies as st
from kit.builders.delivery_options import options
from kit.builders.statuses import TRACE
from kit.servers.endpoint import Endpoint, with_status
from kit.servers.resolver import Resolver

PATIENCE = 30.0  # seconds after which something is broken, not slow
NOBODY = "http://127.0.0.1:1025"  # a port on which nobody listens


def callback(url, message_id="one", status=0, body='{"id": "one"}'):
    return {
        "id": message_id,
        "url": url,
        "status": status,
        "body": body,
        "delivery_id": f"{message_id}-{status}",
    }


def deliver(*callbacks, timeout=PATIENCE, workers=4):
    return delivery.deliver(list(callbacks), options(timeout, workers))


@pytest.mark.parametrize("code", [200, 201, 202, 204, 299])
def test_an_answer_of_2xx_accepts(endpoint, code):
    endpoint.answer = with_status(code)

    (result,) = deliver(callback(endpoint.url))

    assert (result["accepted"], result["code"], result["error"]) == (True, code, None)


@pytest.mark.parametrize("code", [304, 400, 401, 404, 410, 429, 500, 503])
def test_any_other_answer_does_not_accept_and_is_named(endpoint, code):
    endpoint.answer = with_status(code)

    (result,) = deliver(callback(endpoint.url))

    assert (result["accepted"], result["code"]) == (False, code)
    assert result["error"] == f"HTTP status {code}"


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(endpoint, code):
    with Endpoint() as other:
        endpoint.answer = with_status(code, Location=other.url)

        (result,) = deliver(callback(endpoint.url))

        assert (result["accepted"], result["code"]) == (False, code)
        assert len(endpoint.requests) == 1
        assert other.requests == []


def test_the_body_goes_out_byte_for_byte_with_its_delivery_id(endpoint):
    body = '{"id": "\\u00e9", "text": "é\U0001f600 {{ 7 * 7 }}"}'

    deliver(callback(endpoint.url + "/hook?key=a%20b", body=body))

    (request,) = endpoint.requests
    assert request.path == "/hook?key=a%20b"
    assert request.body == body.encode("utf-8")
    assert request.headers["webhook-id"] == "one-0"
    assert request.headers["content-type"] == "application/json"
    assert "webhook-signature" not in request.headers


def test_a_callback_of_a_trace_goes_on_with_it_and_others_have_none(endpoint):
    deliver({**callback(endpoint.url), "traceparent": TRACE}, callback(endpoint.url, "two"))

    traces = {
        one.headers["webhook-id"]: one.headers.get("traceparent") for one in endpoint.requests
    }
    assert traces == {"one-0": TRACE, "two-0": None}


def test_results_come_in_the_order_of_the_callbacks_with_their_own_keys(endpoint):
    sent = [{**callback(endpoint.url, f"id-{n % 3}", n), "job": n} for n in range(9)]

    results = deliver(*sent)

    assert [{name: one[name] for name in sent[0]} for one in results] == sent


def test_where_there_is_nobody_to_tell_it_counts_as_accepted():
    results = deliver(callback(None), callback("", "two"))

    assert [(one["accepted"], one["code"]) for one in results] == [(True, None)] * 2


def test_an_answer_that_takes_much_of_its_time_is_slow_and_its_server_is_named(endpoint):
    def late(handler):
        endpoint.released.wait(1.1)  # of two seconds
        with_status(200)(handler)

    (prompt,) = deliver(callback(endpoint.url))
    endpoint.answer = late
    (slow,) = deliver(callback(endpoint.url), timeout=2.0)

    assert (prompt["slow"], slow["slow"]) == (False, True)
    assert {one["server"] for one in (prompt, slow)} == {"127.0.0.1"}


def test_a_connection_that_is_refused_is_named():
    (result,) = deliver(callback(NOBODY))

    assert (result["accepted"], result["code"], result["silent"]) == (False, None, True)
    assert result["error"] == f"{NOBODY}: connection refused"


def test_a_host_that_does_not_resolve_is_named():
    unknown = options(PATIENCE, 1, resolve=Resolver())

    (result,) = delivery.deliver([callback("http://caller.example/hook")], unknown)

    assert (result["accepted"], result["code"], result["silent"]) == (False, None, True)
    assert result["error"] == "http://caller.example: its host does not resolve"


@pytest.mark.parametrize(
    "url",
    [
        *("http://", "http://[", "http://127.0.0.1:99999/", "http://127.0.0.1:port/"),
        *("ftp://127.0.0.1/", "http://a..b/", "http://\U0001f600..é/", "no url at all"),
    ],
)
def test_a_url_that_is_none_is_a_result_with_words(url):
    (result,) = deliver(callback(url))

    assert (result["accepted"], result["code"], result["silent"]) == (False, None, False)
    assert result["error"]


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://h:99999/", "its port is no number from 1 to 65535"),
        ("http://user:s3cret@h:abc/", "its port is no number from 1 to 65535"),
        ("http://[::1/cb", "its host is no IPv6 address in brackets"),
        ("http:///cb", "it has no host"),
        ("http://h%3As3cret/", "its host is no name that can be looked up"),
    ],
)
def test_why_a_url_on_an_earlier_job_cannot_be_called_is_said_in_the_words_of_intake(url, error):
    (result,) = deliver(callback(url))

    assert f"the webhook cannot be called: {error}" in result["error"]
    assert not result["error"].startswith(":")
    assert "s3cret" not in result["error"]


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters()))
def test_any_text_in_a_url_and_in_an_id_is_a_result(path, message_id):
    (result,) = deliver(callback(f"{NOBODY}/{path}", message_id), workers=1)

    assert (result["accepted"], result["code"]) == (False, None)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\0\xff\xfe garbage\r\n\r\n",
        b"HTTP/1.1 twohundred OK\r\n\r\n",
        b"HTTP/1.1 200 " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 1000 + b"\r\n",
    ],
)
def test_an_answer_that_is_not_http_does_not_accept(endpoint, said):
    def garbage(handler):
        handler.wfile.write(said)
        handler.close_connection = True

    endpoint.answer = garbage

    (result,) = deliver(callback(endpoint.url))

    assert (result["accepted"], result["code"]) == (False, None)
    assert result["error"]


@pytest.mark.parametrize(
    "url", ["http://user:s3cret@{0}/s3cret?s3cret#s3cret", "s3cret", "http:s3cret"]
)
@pytest.mark.parametrize("says", ["nothing", "garbage", "hangs up"])
def test_an_error_says_no_more_of_a_url_than_its_server(endpoint, url, says):
    answers = {
        "nothing": lambda _handler: endpoint.released.wait() and None,
        "garbage": lambda handler: handler.wfile.write(b"s3cret\r\n\r\n"),
        "hangs up": lambda handler: setattr(handler, "close_connection", True),
    }
    endpoint.answer = answers[says]

    (result,) = deliver(callback(url.format(endpoint.url.partition("//")[2])), timeout=0.2)

    assert result["error"]
    assert "s3cret" not in result["error"]


def test_a_huge_answer_is_not_read_to_its_end_and_does_not_accept(endpoint):
    hung_up = threading.Event()

    def huge(handler):
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(1024):  # far more than what lies in the buffers on the way
                handler.wfile.write(b"x" * 65536)
        except OSError:
            hung_up.set()
        handler.close_connection = True

    endpoint.answer = huge

    (result,) = deliver(callback(endpoint.url))

    assert (result["accepted"], result["code"], result["silent"]) == (False, None, False)
    assert "is longer than 1048576 bytes" in result["error"]
    assert hung_up.wait(PATIENCE)


@pytest.mark.parametrize(("code", "seconds"), [(429, 7.0), (503, 7.0), (500, None), (200, None)])
def test_the_time_that_an_endpoint_asks_for_is_in_the_result(endpoint, code, seconds):
    endpoint.answer = with_status(code, **{"Retry-After": "7"})

    (result,) = deliver(callback(endpoint.url))

    assert result["retry_after"] == seconds


def test_a_password_in_a_url_is_neither_sent_nor_named(endpoint):
    server = endpoint.url.removeprefix("http://")
    endpoint.answer = with_status(500)

    (result,) = deliver(callback(f"http://user:s3cret@{server}/hook"))

    (request,) = endpoint.requests
    assert (request.path, request.headers["host"]) == ("/hook", server)
    assert "authorization" not in request.headers
    assert "s3cret" not in result["error"]
