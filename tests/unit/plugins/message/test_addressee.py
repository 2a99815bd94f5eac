"""The caller of a message that is refused hears of it wherever id and webhook can be read."""

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.message.naming import id_label
from hypothesis import given
from hypothesis import strategies as st
from kit.builders.rendering import entry, message
from kit.builders.uncallable_urls import NEVER

URL = "http://caller.example/callbacks"


def text(message_id="one", url=URL, **job):
    return json.dumps({**message(message_id, **job), "webhook": {"url": url}})


def addressee(body):
    """Whom a message that is refused is for."""
    read = entry(body)
    assert read["error"]["errorCode"] == "A110"
    assert read["message"] is None
    digest = read["body_sha256"][:32] if read["id"] is None else id_label(read["id"])
    assert read["id_label"] == digest
    return read["id"], read["webhook"], read["service"]


READABLE = {
    "an escape sequence": text(args=["\x1b[31mred"]),
    "a nul": text(args=["\x00"]),
    "a DEL": text(args=["\x7f"]),
    "half a character": text(args=["\ud800"]),
    "a byte that is no UTF-8": text(args=["x"]).replace('"x"', '"\udcff"'),
    "a control character in a key": text().replace('"image"', '"\\u001b[2J": 1, "image"'),
    "half a character in a key": text().replace('"image"', '"\\udc00": 1, "image"'),
    "a line break within a text": text(args=["x"]).replace('"x"', '"two\nlines"'),
    "a key twice": text().replace('"image"', '"image": "other", "image"'),
    "a key twice elsewhere": text().replace('"job"', '"other": {"id": 1, "id": 2}, "job"'),
    "NaN": text(backoffLimit=float("nan")),
    "Infinity": text(backoffLimit=float("inf")),
    "a number that is too large": text(backoffLimit=7).replace("7", "1e999"),
    "a number of too many digits": text(backoffLimit=7).replace("7", "9" * 5000),
    "too deep": text(args=7).replace("7", "[" * 40 + "]" * 40),
    "much too deep": text(args=7).replace("7", "[" * 100_000 + "]" * 100_000),
    "too large": text(args=["x" * 1024 * 1024]),
    "a byte order mark": "\ufeff" + text(),
    "both volumes": text(**{"volume": {"pvc": "a"}, "volume:": {"pvc": "b"}}),
    "a job that is none": text().replace(json.dumps(message()["job"]), "[1]"),
    "several at once": text(args=["\x1b\ud800"], backoffLimit=float("nan")),
}


@pytest.mark.parametrize("body", READABLE.values(), ids=READABLE)
def test_wherever_it_can_be_read_in_one_way_it_is_known(body):
    assert addressee(body) == ("one", URL, "example")


@pytest.mark.parametrize("message_id", ["red \x1b[31m", "\x00", "\x7f", "two\nlines"])
def test_an_id_with_control_characters_is_the_one_that_its_caller_knows(message_id):
    assert addressee(text(message_id, backoffLimit=-1))[:2] == (message_id, URL)


@pytest.mark.parametrize(
    "body",
    [
        text("half \ud800"),
        text("x" * 257),
        text(7),
        text().replace('"id"', '"id": "other", "id"'),
        text().replace('"id"', '"id": "one", "id"'),
    ],
    ids=["half a character", "too long", "a number", "twice", "twice the same"],
)
def test_an_id_that_nobody_can_repeat_is_none_and_its_caller_hears_so(body):
    assert addressee(body)[:2] == (None, URL)


@pytest.mark.parametrize(
    "body",
    [
        text().replace('"webhook"', '"webhook": {}, "webhook"'),
        text().replace('"url"', '"url": "http://other.example", "url"'),
        text(url="http://caller.example/\x1b[2J", backoffLimit=-1),
        text(url="http://caller.example/\x7f", backoffLimit=-1),
        text(url="http://caller.example/\ud800", backoffLimit=-1),
        text(url="ftp://caller.example"),
        text(url=[URL]),
    ],
    ids=["twice", "url twice", "an escape", "a DEL", "half a character", "ftp", "a list"],
)
def test_a_webhook_that_is_no_url_or_two_is_none(body):
    assert addressee(body) == ("one", None, "example")


@pytest.mark.parametrize(
    "url",
    [
        *("http://user:hunter2@caller.example/", "https://hunter2@caller.example", "http://@a/"),
        *("HTTP://user:hunter2@caller.example:8080/a?b#c", "http://a\\@caller.example/"),
        *("http://user:hunter2@[::1]/", "http://a@b@c/", "http://a:b@c\\d/"),
        *("http://user%3Ahunter2%40caller.example/", "https://user%3ahunter2%40a:80/"),
    ],
)
def test_a_url_with_a_user_or_a_password_is_no_webhook_and_is_not_repeated(url):
    read = entry(text(url=url))

    assert read["webhook"] is None
    assert read["error"]["message"] == (
        "invalid message: webhook.url: it has a user or a password in it: send a URL without user"
        " and password"
    )
    assert "hunter2" not in str(read)


@pytest.mark.parametrize(
    ("url", "words"), [(url, words) for words, urls in NEVER.items() for url in urls]
)
def test_a_webhook_that_can_never_be_called_is_refused_and_says_why(url, words):
    read = entry(text(url=url))

    assert read["webhook"] is None
    assert read["error"]["errorCode"] == "A110"
    assert read["error"]["message"].startswith(f"invalid message: webhook.url: {words}")


def test_a_webhook_is_said_once_whatever_is_wrong_with_it_beside_its_form():
    said = entry(text(url="ftp://a/" + "b" * 3000))["error"]["message"]

    assert said.count("webhook.url") == 1


@pytest.mark.parametrize(
    "url",
    [
        *("http://a", "https://a:8080", "http://[::1]:80/x", "http://a/b@c", "http://a?b=c@d"),
        *("http://a#b@c", "HTTPS://A/", "http://a/\\", "http://1.2.3.4/{{7*7}}"),
        *(
            "http://a:/",
            "http://a:1",
            "http://a:65535?b",
            "http://a_b.c-d.example./",
            "http://0x7f.1",
        ),
        *("http://[2001:db8::1]/", "http://[fe80::1]:80/", "http://[::ffff:1.2.3.4]"),
        "http://b\xfccher.example/",
    ],
)
def test_any_other_url_is_one(url):
    read = entry(text(url=url))

    assert (read["error"], read["webhook"]) == (None, url)


@pytest.mark.parametrize("body", ["", "{", text()[:-1], text() + "}", text().replace(":", "=")])
def test_of_what_is_no_json_nothing_is_known(body):
    assert addressee(body) == (None, None, None)


def test_a_service_that_is_no_text_is_none():
    body = text().replace('"example"', '"\\ud800"')

    assert addressee(body) == ("one", URL, None)


@given(st.text(max_size=20), st.text(max_size=20))
def test_whatever_the_id_an_invalid_message_has_the_valid_ones(message_id, noise):
    valid, invalid = entry(text(message_id)), entry(text(message_id, args=[noise, "\x00"]))

    assert (invalid["id"], invalid["webhook"]) == (message_id or None, URL)
    if valid["error"] is None:
        assert (valid["id"], valid["id_label"]) == (invalid["id"], invalid["id_label"])
