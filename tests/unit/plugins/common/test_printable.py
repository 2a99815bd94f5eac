"""Words about text that nobody knows: short, printable, and made only where they are needed."""

import json
import time

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.common import strict_json
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.common.printable import (
    path_of,
    printable,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 😀", "plain é 😀"),
        ("two\nlines", "two\\u000alines"),
        ("\x1b[31m \x9b31m", "\\u001b[31m \\u009b31m"),
        ("\u202eright to left", "\\u202eright to left"),
        ("\ud800", "\\ud800"),
        ("\uffff", "\\uffff"),
        ("\U0001f1fa\U000f0000", "\U0001f1fa\\U000f0000"),
        ("\U0010fffe", "\\U0010fffe"),
        ("x" * 30, "x" * 30),
        ("x" * 31, "x" * 29 + "…"),
    ],
)
def test_what_is_not_printable_is_escaped_and_what_is_long_is_cut(text, shown):
    assert printable(text, 30) == shown


@given(st.text(st.characters()), st.integers(1, 40))
def test_any_text_becomes_one_short_line(text, limit):
    shown = printable(text, limit)

    assert len(shown) <= limit
    assert shown.isprintable()


def test_a_place_is_said_from_the_outside_in():
    assert path_of(None) == ""
    assert path_of(((((None, "job"), "env"), 3), "na\nme")) == "job.env[3].na\\u000ame"


def test_long_keys_make_a_message_no_slower_than_short_ones():
    def seconds(key):
        value = [0] * 19_000
        for _ in range(30):
            value = {key: value}
        text = json.dumps(value)
        started = time.process_time()
        strict_json.loads(text)
        return time.process_time() - started

    assert seconds("k" * 500) < 20 * seconds("k")


def test_a_long_key_is_cut_in_its_place():
    assert path_of((None, "k" * 61)) == "k" * 59 + "…"
