"""Dead letters: the body as it was, and of what is said beside it as much as there is room for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqs_k8s_jobs import letters
from sqs_k8s_jobs.batches import BATCH_BYTES
from sqs_k8s_jobs.letters import REASON_BYTES, Letter
from support.sqs import message

# Of the attributes errorCode and messageId: names, types and values; and of a reason without text.
FIXED = len("errorCodeStringA110messageIdStringm")
EMPTY = len("reasonString")


def letter(room, reason="why"):
    """A letter whose body leaves so many bytes of what SQS takes."""
    return Letter(message("m", "x" * (BATCH_BYTES - room)), "A110", reason)


def attributes(one):
    """What goes along with a letter, by name."""
    found = letters.entry(one).get("MessageAttributes", {})
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
    assert letters.entry(one)["MessageBody"] == one.message.body


def test_a_reason_is_cut_to_the_room_that_there_is_and_never_within_a_character():
    assert attributes(letter(FIXED + EMPTY + 4, "aéé"))["reason"] == "aé"
    assert attributes(letter(5000, "é" * 5000))["reason"] == "é" * (REASON_BYTES // 2)


@given(st.integers(0, 3000), st.text())
def test_no_letter_is_larger_than_what_sqs_takes(room, reason):
    assert letters.size(letter(room, reason)) <= BATCH_BYTES


def test_a_letter_has_the_size_that_sqs_counts():
    assert letters.size(letter(2000, "é")) == BATCH_BYTES - 2000 + FIXED + EMPTY + 2
