"""The limits of a message: each field that breaks one is told once, and nothing private of it."""

import jsonschema
import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.message import limits
from kit.builders.rendering import entry, message


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
    """Return the error text of an invalid message."""
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


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (
            {"prefixName": "p" * 55},
            f"job.prefixName: '{'p' * 55}' is too long: 55 characters, at most 54",
        ),
        (
            {"prefixName": "p" * 70},
            f"job.prefixName: '{'p' * 60}…' is too long: 70 characters, at most 54",
        ),
        (
            {"image": "i" * 513},
            f"job.image: '{'i' * 60}…' is too long: 513 characters, at most 512",
        ),
        ({"args": ["a"] * 1001}, "job.args: this is too long: 1001 items, at most 1000"),
        ({"env": [{"name": "A"}] * 1001}, "job.env: this is too long: 1001 items, at most 1000"),
    ],
)
def test_what_is_too_long_is_said_with_its_length_and_its_limit(job, words):
    assert told(message(**job)) == words


def test_a_service_an_id_and_a_webhook_that_are_too_long_are_said_with_their_limits():
    long = {"id": "i" * 257, "service": "s" * 64, "webhook": {"url": "http://a/" + PASSWORD * 300}}

    assert told({**message(), **long}) == (
        f"id: '{'i' * 60}…' is too long: 257 characters, at most 256; "
        f"service: '{'s' * 60}…' is too long: 64 characters, at most 63; "
        "webhook.url: this is too long: 2109 characters, at most 2048"
    )


def test_what_is_too_short_for_a_schema_of_the_operators_is_said_with_its_limit():
    schema = {
        "properties": {"id": {"minLength": 9}, "more": {"minItems": 2}, "job": {"maxProperties": 1}}
    }

    with pytest.raises(limits.InvalidMessage) as invalid:
        limits.check({**message(), "more": [1]}, jsonschema.Draft202012Validator(schema))

    assert str(invalid.value) == (
        "id: 'one' is too short: 3 characters, at least 9; "
        "job: this is too long: 5 fields, at most 1; more: this is too short: 1 item, at least 2"
    )
