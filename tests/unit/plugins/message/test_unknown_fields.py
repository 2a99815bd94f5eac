"""Fields that no schema knows: each is named, in a time that grows with the message alone."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.common.printable import (
    MAX_NAME_LENGTH,
    printable,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.message.schema_parts import Part
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.message.unknown_fields import (
    MAX_WARNINGS,
    unknown_fields,
)
from kit.builders.rendering import entry, message


def unknown_to(value, *schemas):
    """The fields that none of the schemas knows."""
    return unknown_fields(value, Part.whole(*schemas))


@pytest.mark.parametrize(
    ("value", "schema", "unknown"),
    [
        ({"a": [{"x": 1}, {"y": 1}]}, {"a": {"items": {"properties": {}}}}, ["a[].x", "a[].y"]),
        ({"a": [{"x": 1}]}, {"a": {"type": "array"}}, []),
        ({"a": {"x": 1}}, {"a": {"type": "object"}}, []),
        ({"a": {"x": 1}}, {"a": True}, []),
        ({"Xa": 1}, {}, ["Xa"]),
    ],
)
def test_a_field_is_unknown_where_a_schema_lists_those_that_there_are(value, schema, unknown):
    assert unknown_to(value, {"properties": schema}) == unknown


def test_a_field_is_unknown_where_every_schema_lets_it_pass_unread():
    outer = {"properties": {"job": {"properties": {"env": {}}}}}
    inner = {"properties": {"extra": {"properties": {"known": {}}}}}
    sent = {"job": {"env": 1}, "extra": {"known": 1, "odd": 1}}

    assert unknown_to(sent, outer) == ["extra"]
    assert unknown_to(sent, outer, inner) == ["extra.odd"]


def test_what_a_schema_refers_to_is_known():
    schema = {
        "properties": {"a": {"$ref": "#/$defs/part"}},
        "$defs": {"part": {"properties": {"known": {}}}},
    }

    assert unknown_to({"a": {"known": 1, "odd": 1}}, schema) == ["a.odd"]


def test_the_name_of_an_unknown_field_is_cut():
    name = "x" * 500

    assert entry({**message(), name: 1})["warnings"] == [printable(name, MAX_NAME_LENGTH)]


def test_of_many_unknown_fields_some_are_named():
    body = {**message(), **{f"x{number:03d}": 1 for number in range(900)}}

    assert entry(body)["warnings"] == [f"x{number:03d}" for number in range(MAX_WARNINGS)]
