"""An invalid message in words for its sender: which field breaks which limit."""

import json

import jsonschema
import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.message.read import read_message
from kit.builders.rendering import entry, message


def said(body, schema=None):
    """Return the error text of a message that breaks this schema, or the role's own."""
    if schema is None:
        read = entry(body)
    else:
        read = read_message("0", json.dumps(body), jsonschema.Draft202012Validator(schema))
    return read["error"]["message"].removeprefix("invalid message: ")


def test_what_concerns_all_of_a_message_is_said_of_the_message():
    assert said(7) == "the message is not a JSON object"
    assert said({}, {"minProperties": 1}) == (
        "the message: this is too short: 0 fields, at least 1"
    )


def test_each_field_that_is_missing_is_named_once_with_its_path():
    body = message()
    del body["id"], body["service"]
    assert said(body) == "id is required, service is required"

    body = message()
    del body["job"]["image"]
    assert said(body) == "job.image is required"


def test_the_first_letter_of_a_field_stays():
    body = {"Xa": {"Xb": 1}}

    assert said({}, {"required": ["Xa"]}) == "Xa is required"
    assert said(body, {"properties": {"Xa": {"properties": {"Xb": {"type": "string"}}}}}) == (
        "Xa.Xb: 1 is not of type 'string'"
    )


def test_a_form_that_nobody_described_is_the_expected_one():
    assert said({"a": "b"}, {"properties": {"a": {"pattern": "^c$"}}}) == (
        "a: 'b' is not of the expected form"
    )


def test_a_field_that_a_schema_forbids_is_no_error_of_its_reader():
    forbidding = {"properties": {"a": False}}

    assert said({"a": "b"}, forbidding) == "the message: a field is not allowed"


@pytest.mark.parametrize(
    ("length", "words"),
    [(175, f"'{'x' * 175}' is not of type 'array'"), (176, "breaks the limit type array")],
)
def test_a_long_reason_is_the_limit_alone(length, words):
    assert said(message(command="x" * length)) == f"job.command: {words}"
