"""The limits of a message: each field that breaks one is told once, and nothing private of it."""

from __future__ import annotations

import jsonschema
import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils import limits
from support.rendering import entry, message


class Errors:
    """A validator with more errors than anybody reads; it counts those that were asked for."""

    def __init__(self, count):
        self.asked = 0
        self._count = count

    def iter_errors(self, _message):
        for number in range(self._count):
            self.asked += 1
            yield Error(f"{number:04d}")


class Error:
    validator, validator_value = "type", "text"
    schema = {}  # noqa: RUF012

    def __init__(self, name):
        self.message = f"error {name}"
        self.path = self.absolute_path = (name,)


def described(count):
    errors = Errors(count)
    with pytest.raises(limits.InvalidMessage) as invalid:
        limits.check({}, errors)
    return str(invalid.value), errors.asked


def told(body):
    """What the sender of an invalid message is told."""
    return entry(body)["error"]["message"].removeprefix("invalid message: ")


def test_of_many_errors_one_more_than_are_said_is_asked_for():
    said, asked = described(limits.MAX_ERRORS + 5)

    assert said.endswith("; and more")
    assert asked == limits.MAX_ERRORS + 1


def test_as_many_errors_as_are_said_are_all():
    said, _ = described(limits.MAX_ERRORS)

    assert said.count("error") == limits.MAX_ERRORS
    assert "more" not in said


def test_what_an_object_lacks_is_said_once_and_takes_the_room_of_one_error():
    body = {"job": message(command=1, args=2)["job"]}
    del body["job"]["image"], body["job"]["namespace"]

    assert told(body) == (
        "id is required, service is required; job.namespace is required, job.image is required; "
        "job.args: 2 is not of type 'array'; and more"
    )


@pytest.mark.parametrize("empty", ["", None, [], {}])
@pytest.mark.parametrize(
    "path", ["id", "service", "job", "job.prefixName", "job.namespace", "job.image"]
)
def test_a_required_field_that_is_empty_is_one_error(path, empty):
    body = message()
    owner = body["job"] if "." in path else body
    owner[path.rpartition(".")[2]] = empty

    assert told(body) == f"{path} is required"


def test_a_field_that_breaks_two_limits_is_one_error():
    assert told(message(serviceAccount="-" * 300)).count("job.serviceAccount") == 1


PASSWORD = "hunter2"
URL = f"http://user:{PASSWORD}@caller.example/"


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook": {"url": URL}},
        {"webhook": {"url": f"ftp://caller.example/{PASSWORD}"}},
        {"webhook": URL},
        {"webhook": [URL]},
        {"webhook": {"url": [URL]}},
        {"webhook": {"url": URL}, "id": 7, "service": "a b"},
        {"job": URL},
        {"job": [{"env": PASSWORD}]},
        {"job": message(env={"PASSWORD": PASSWORD})["job"]},
        {"job": message(env=[f"PASSWORD={PASSWORD}"])["job"]},
        {"job": message(env=[{"name": f"PASSWORD={PASSWORD}", "value": ""}])["job"]},
        {"job": message(env=[{"name": "PASSWORD", "value": [PASSWORD]}])["job"]},
    ],
)
def test_a_password_is_nowhere_in_what_is_said_of_a_message(changed):
    read = entry({**message(), **changed})

    assert read["error"]["errorCode"] == "A110"
    assert PASSWORD not in str(read)


@pytest.mark.parametrize(
    "schema",
    [
        {"maxProperties": 1},
        {"properties": {"webhook": False}},
        {"properties": {"webhook": {"maxProperties": 0}}},
        {"properties": {"webhook": {"properties": {"url": {"pattern": "^https:"}}}}},
        {"properties": {"job": {"properties": {"env": {"maxItems": 0}}}}},
        {"not": {"required": ["webhook"]}},
    ],
)
def test_nor_is_it_where_a_schema_of_the_operators_is_broken(schema):
    body = {**message(env=[{"name": "A", "value": PASSWORD}])}
    body["webhook"] = {"url": f"http://caller.example/{PASSWORD}"}

    with pytest.raises(limits.InvalidMessage) as invalid:
        limits.check(body, jsonschema.Draft202012Validator(schema))

    assert PASSWORD not in str(invalid.value)
