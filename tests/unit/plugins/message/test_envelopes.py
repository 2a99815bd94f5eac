"""Messages within an envelope of SNS or EventBridge: it is called so, with what to do about it."""

import json

import pytest
from kit.builders.rendering import entry, message

URL = "http://caller.example/callbacks"
INNER = {**message("inner"), "webhook": {"url": URL}}


def sns(content):
    return {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": "arn:aws:sns:eu-central-1:123456789012:jobs",
        "Message": content if isinstance(content, str) else json.dumps(content),
        "Timestamp": "2026-01-01T00:00:00.000Z",
    }


def eventbridge(content):
    return {
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": "job",
        "source": "example",
        "account": "123456789012",
        "time": "2026-01-01T00:00:00Z",
        "region": "eu-central-1",
        "resources": [],
        "detail": content,
    }


@pytest.mark.parametrize(
    ("envelope", "words"),
    [
        (sns, ["an SNS envelope", "raw message delivery"]),
        (eventbridge, ["an EventBridge envelope", "$.detail", "input transformer"]),
    ],
)
def test_an_envelope_is_called_one_and_what_to_do_is_said(envelope, words):
    read = entry(envelope(INNER))

    assert read["error"]["errorCode"] == "A110"
    assert [one for one in words if one not in read["error"]["message"]] == []
    assert "is required" not in read["error"]["message"]


@pytest.mark.parametrize(
    "body",
    [
        *(sns(INNER), eventbridge(INNER), sns(eventbridge(INNER)), eventbridge(eventbridge(INNER))),
        sns(json.dumps(INNER).replace('"image"', '"image": 1, "image"')),
    ],
)
def test_the_caller_of_the_message_within_hears_of_it(body):
    read = entry(body)

    assert (read["id"], read["webhook"]) == ("inner", URL)


@pytest.mark.parametrize("content", ["no JSON", "[]", "7", "null"])
def test_an_envelope_with_something_else_in_it_has_no_addressee(content):
    read = entry(sns(content))

    assert "SNS" in read["error"]["message"]
    assert (read["id"], read["webhook"]) == (None, None)


def test_the_id_of_an_event_is_not_the_messages():
    assert entry(eventbridge({}))["id"] is None
    assert entry(eventbridge("text"))["id"] is None


def test_envelopes_in_one_another_take_no_longer_than_they_are_large():
    body = INNER
    for _ in range(30):
        body = eventbridge(body)

    assert entry(body)["id"] == "inner"


def sns_of_escapes(body):
    """An SNS envelope whose text grows with each one around it by a few characters for a quote."""
    text = body.replace("\\", "\\u005c").replace('"', "\\u0022")
    return f'{{"TopicArn":"","Message":"{text}"}}'


@pytest.mark.parametrize(("times", "found"), [(4, "inner"), (5, None), (100, None)])
def test_a_text_within_texts_is_read_a_few_times_and_no_more(times, found):
    body = json.dumps(INNER)
    for _ in range(times):
        body = sns_of_escapes(body)

    assert entry(body)["id"] == found


@pytest.mark.parametrize("envelope", [sns, eventbridge])
def test_a_message_with_fields_of_an_envelopes_beside_its_own_is_a_message(envelope):
    read = entry({**envelope("text"), **INNER})

    assert (read["error"], read["id"]) == (None, "inner")
