"""The event filter `body_as_text`: a message on its way from an event source to the role."""

from __future__ import annotations

import json
import runpy

import pytest
import yaml
from data.hostile.messages import CASES
from kit.builders.rendering import SCHEMA, entry, lookup, message
from kit.paths import ROOT

FILTER = ROOT / "extensions/eda/plugins/event_filter/body_as_text.py"
STOP_THE_SOURCE = {"a number of 5,000 digits", "nested 100,000 deep"}  # Python's json refuses them


@pytest.fixture(scope="module")
def as_text():
    """The filter, loaded as ansible-rulebook loads it."""
    return runpy.run_path(str(FILTER))["main"]


def parsed(text):
    """Return a body as amazon.aws' event source parses it."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def by_event(event):
    """The entry that the role reads after the rule engine and a file of extra variables."""
    through_engine = json.loads(json.dumps(event, allow_nan=False))
    variables = yaml.safe_load(yaml.dump({"ansible_eda": {"event": through_engine}}))
    (one,) = lookup(
        "messages", variables=variables, variable="ansible_eda.event.body", schema=str(SCHEMA)
    )
    return one


@pytest.mark.parametrize(
    "case", [one for one in CASES if one.name not in STOP_THE_SOURCE], ids=lambda case: case.name
)
def test_a_message_reads_by_event_as_it_reads_by_itself(as_text, case):
    text = case.body({**message("hostile"), "webhook": {"url": "http://caller.example/"}})

    one, alone = by_event(as_text({"body": parsed(text)})), entry(text)

    assert one["message"] == alone["message"]
    assert (one["error"] or {}).get("errorCode") == (alone["error"] or {}).get("errorCode")


@pytest.mark.parametrize("text", ['[1, "a"]', '"{}"', "NaN", '"\\ud800"', "null", "not json"])
def test_a_body_that_is_no_object_is_refused(as_text, text):
    assert by_event(as_text({"body": parsed(text)}))["error"]["errorCode"] == "A110"


def test_an_event_without_a_body_and_one_that_is_too_deep_are_refused_too(as_text):
    deep: list = []
    for _ in range(100_000):
        deep = [deep]

    assert by_event(as_text({}))["error"]["errorCode"] == "A110"
    assert "deeper" in by_event(as_text({"body": deep}))["error"]["message"]


def test_the_rest_of_an_event_stays_as_it_is(as_text):
    meta = {"MessageId": "m"}

    assert as_text({"meta": meta, "body": {"id": "ü"}}) == {
        "meta": meta,
        "body": '{"id": "\\u00fc"}',
    }
