"""Dead letters: the body as it was, and of what is said beside it as much as there is room for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.models.memory_queue import message
from sqs_k8s_jobs.queue import dead_letters
from sqs_k8s_jobs.queue.call_limits import CALL_BYTES
from sqs_k8s_jobs.queue.dead_letters import REASON_BYTES, DeadLetter

# Of the attributes errorCode and messageId: names, types and values; and of a reason without text.
FIXED = len("errorCodeStringA110messageIdStringm")
EMPTY = len("reasonString")


def letter(room, reason="why", sent=None):
    """A letter whose body leaves so many bytes of what SQS takes; attributes came with it."""
    body = "x" * (CALL_BYTES - room)
    return DeadLetter(message("m", body, attributes=sent or {}), "A110", reason)


def text(value):
    """An attribute as a sender gives it."""
    return {"DataType": "String", "StringValue": value}


def attributes(one):
    """Return a letter's attributes, by name."""
    found = dead_letters.entry(one).get("MessageAttributes", {})
    return {name: value["StringValue"] for name, value in found.items()}


def test_a_letter_says_why_and_which_message_it_was():
    assert attributes(letter(room=2000)) == {
        "errorCode": "A110",
        "messageId": "m",
        "reason": "why",
    }


@pytest.mark.parametrize(
    ("room", "names"),
    [
        (0, []),
        (FIXED - 1, []),
        (FIXED, ["errorCode", "messageId"]),
        (FIXED + EMPTY, ["errorCode", "messageId"]),
        (FIXED + EMPTY + 1, ["errorCode", "messageId", "reason"]),
    ],
)
def test_what_has_no_room_beside_the_body_stays_away(room, names):
    one = letter(room)

    assert list(attributes(one)) == names
    assert dead_letters.entry(one)["MessageBody"] == one.message.body


def test_a_reason_is_cut_to_the_room_that_there_is_and_never_within_a_character():
    assert attributes(letter(FIXED + EMPTY + 4, "aéé"))["reason"] == "aé"
    assert attributes(letter(5000, "é" * 5000))["reason"] == "é" * (REASON_BYTES // 2)


@given(st.integers(0, 3000), st.text())
def test_no_letter_is_larger_than_what_sqs_takes(room, reason):
    assert dead_letters.size(letter(room, reason)) <= CALL_BYTES


def test_a_letter_has_the_size_that_sqs_counts():
    assert dead_letters.size(letter(2000, "é")) == CALL_BYTES - 2000 + FIXED + EMPTY + 2


def test_the_senders_attributes_go_along_whatever_their_type():
    sent = {"traceparent": text("00-1"), "raw": {"DataType": "Binary", "BinaryValue": b"1"}}

    kept = dead_letters.entry(letter(2000, sent=sent))["MessageAttributes"]

    assert kept.keys() == {"errorCode", "messageId", "reason", "traceparent", "raw"}
    assert {name: kept[name] for name in sent} == sent


def test_of_ten_attributes_of_the_sender_those_go_along_that_sqs_takes_its_trace_first():
    sent = {f"a{number}": text("1") for number in range(9)} | {"traceparent": text("00-1")}

    kept = dead_letters.entry(letter(5000, sent=sent))["MessageAttributes"]

    assert len(kept) == 10
    assert "traceparent" in kept


def test_a_letter_that_was_one_before_says_its_latest_reason():
    sent = {"errorCode": text("A114"), "reason": text("old"), "messageId": text("x")}

    assert attributes(letter(2000, sent=sent)) == {
        "errorCode": "A110",
        "messageId": "m",
        "reason": "why",
    }


@given(st.integers(0, 300), st.dictionaries(st.text("abc", min_size=1), st.text("abc", min_size=1)))
def test_no_letter_with_attributes_is_larger_than_what_sqs_takes(room, sent):
    one = letter(room, sent={name: text(value) for name, value in sent.items()})

    assert dead_letters.size(one) <= CALL_BYTES
