"""Reading a message at its edges: the shortest and longest that passes, and open schemas."""

from __future__ import annotations

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils import message as reading
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.words import printable
from support.rendering import entry, message


class Errors:
    """A validator with more errors than anybody reads; it counts those that were asked for."""

    def __init__(self, count):
        self.asked = 0
        self._count = count

    def iter_errors(self, _message):
        for number in range(self._count):
            self.asked += 1
            yield Error(f"error {number:04d}")


class Error:
    validator = "type"
    schema = {}  # noqa: RUF012
    path = absolute_path = ()

    def __init__(self, text):
        self.message = text


def described(count):
    errors = Errors(count)
    with pytest.raises(reading.InvalidMessage) as invalid:
        reading.check({}, errors)
    return str(invalid.value), errors.asked


def test_of_many_errors_one_more_than_are_said_is_asked_for():
    said, asked = described(reading.MAX_ERRORS + 5)

    assert said.endswith("; and more")
    assert asked == reading.MAX_ERRORS + 1


def test_as_many_errors_as_are_said_are_all():
    said, _ = described(reading.MAX_ERRORS)

    assert said.count("error") == reading.MAX_ERRORS
    assert "more" not in said


def test_the_name_of_an_unknown_field_is_cut():
    name = "x" * 5000

    assert entry({**message(), name: 1})["warnings"] == [printable(name, reading.MAX_NAME_LENGTH)]


@pytest.mark.parametrize(
    ("value", "schema", "unknown"),
    [
        ({"a": [{"x": 1}, {"y": 1}]}, {"a": {"items": {"properties": {}}}}, ["a[].x", "a[].y"]),
        ({"a": [{"x": 1}]}, {"a": {"type": "array"}}, []),
        ({"a": {"x": 1}}, {"a": {"type": "object"}}, []),
        ({"Xa": 1}, {}, ["Xa"]),
    ],
)
def test_a_field_is_unknown_where_a_schema_lists_those_that_there_are(value, schema, unknown):
    assert reading.unknown_fields(value, {"properties": schema}) == unknown


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("id", {"": None, "x": "x", "x" * 256: "x" * 256, "x" * 257: None}),
        (
            "service",
            {
                "": None,
                "x": "x",
                "x" * reading.MAX_SERVICE_LENGTH: "x" * reading.MAX_SERVICE_LENGTH,
                "x" * (reading.MAX_SERVICE_LENGTH + 1): None,
            },
        ),
    ],
)
def test_who_is_to_be_told_is_known_where_it_is_as_long_as_it_may_be(field, values):
    for given, read in values.items():
        assert entry({**message(), field: given})[field] == read, len(given)


def test_the_longest_url_is_one():
    url = "http://caller.example/".ljust(reading.MAX_URL_LENGTH, "x")

    assert entry({**message(), "webhook": {"url": url}})["webhook"] == url
    assert entry({**message(), "webhook": {"url": url + "x"}})["webhook"] is None


def test_what_is_no_json_is_said_in_the_words_of_its_reader():
    read = reading.read_message("0", "{")

    assert read["error"]["message"].startswith("invalid message: not JSON: Expecting property name")
    assert json.loads(json.dumps(read)) == read
