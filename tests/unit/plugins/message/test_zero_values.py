"""Zero values: what is empty counts as not given, and half of a block is said to be one."""

import json

import jsonschema
import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.message.read import read_message
from kit.builders.rendering import entry, manifest, message, validator

EMPTY = ["", None, [], {}]
BLOCKS = {
    "nodeSelector": ("matchKey", "matchValue"),
    "toleration": ("key", "value"),
    "fargate": ("key", "value"),
    "volume": ("mountPath", "pvc"),
    "volume:": ("mountPath", "pvc"),
}


def job_of(**job):
    """Return a valid job, as it is read."""
    read = entry(message(**job))
    assert read["error"] is None, read["error"]["message"]
    return read["message"]["job"]


def told(**job):
    """Return the error text of an invalid job."""
    return entry(message(**job))["error"]["message"].removeprefix("invalid message: ")


@pytest.mark.parametrize("empty", EMPTY)
@pytest.mark.parametrize(
    "name",
    [
        *("command", "args", "serviceAccount", "backoffLimit", "gpuEnable", "gpuNumber", "env"),
        *("resources", "imagePullPolicy", "envRef", *BLOCKS),
    ],
)
def test_an_optional_field_that_is_empty_counts_as_not_given(name, empty):
    assert job_of(**{name: empty}) == message()["job"]


@pytest.mark.parametrize("empty", ["", None])
@pytest.mark.parametrize(("name", "fields"), BLOCKS.items())
def test_a_block_whose_values_are_all_empty_counts_as_not_given(name, fields, empty):
    assert job_of(**{name: dict.fromkeys(fields, empty)}) == message()["job"]


@pytest.mark.parametrize(
    "resources",
    [
        {"limits": {}, "requests": None},
        {"limits": {"cpu": "", "memory": ""}, "requests": {"cpu": "", "memory": None}},
    ],
)
def test_resources_that_are_empty_to_the_last_count_as_not_given(resources):
    assert job_of(resources=resources) == message()["job"]


def test_of_resources_that_are_empty_in_part_the_rest_is_kept():
    resources = {"limits": {"cpu": "", "memory": "1Gi"}, "requests": {"cpu": ""}}

    assert job_of(resources=resources)["resources"] == {"limits": {"memory": "1Gi"}}


def test_no_gpus_count_as_not_given():
    assert job_of(gpuNumber=0, gpuEnable=False) == {**message()["job"], "gpuEnable": False}
    assert "gpuNumber" not in job_of(gpuNumber=0, gpuEnable=True)


def test_no_retries_are_given_and_a_deadline_of_nothing_is_a_limit_broken():
    assert job_of(backoffLimit=0)["backoffLimit"] == 0
    assert "is less than the minimum" in told(activeDeadlineSeconds=0)
    assert "is less than the minimum" in told(ttlSecondsAfterFinished=0)
    assert "is not of type 'integer'" in told(gpuNumber=False)


@pytest.mark.parametrize("url", EMPTY)
def test_a_webhook_without_a_url_is_none_and_the_message_is_valid(url):
    for webhook in ({"url": url}, url):
        read = entry({**message(), "webhook": webhook})

        assert (read["error"], read["webhook"]) == (None, None)
        assert "webhook" not in read["message"]


@pytest.mark.parametrize("empty", ["", None, ...])
@pytest.mark.parametrize(
    ("name", "given", "missing"),
    [
        *(("volume", "mountPath", "pvc"), ("volume", "pvc", "mountPath")),
        *(("nodeSelector", "matchValue", "matchKey"), ("nodeSelector", "matchKey", "matchValue")),
        *(("toleration", "value", "key"), ("toleration", "key", "value")),
        *(("fargate", "value", "key"), ("fargate", "key", "value")),
    ],
)
def test_half_a_block_is_an_error_that_says_which_half(name, given, missing, empty):
    block = {given: "a"} if empty is ... else {given: "a", missing: empty}

    assert told(**{name: block}) == f"job.{name}: {given} is given and {missing} is not"


def test_of_the_two_spellings_of_volume_the_one_that_is_empty_does_not_count():
    whole, empty = {"mountPath": "a", "pvc": "b"}, {"mountPath": "", "pvc": ""}

    assert job_of(**{"volume": whole, "volume:": empty})["volume"] == whole
    assert job_of(**{"volume": None, "volume:": whole})["volume"] == whole


@pytest.mark.parametrize("variable", [{"value": ""}, {"value": None}, {}])
def test_a_variable_without_a_value_has_the_empty_one(variable):
    sent = message(env=[{"name": "A", **variable}])

    assert entry(sent)["message"]["job"]["env"] == [{"name": "A", "value": ""}]
    (container,) = manifest(entry(sent)["message"])["spec"]["template"]["spec"]["containers"]
    assert container["env"] == [{"name": "A", "value": ""}]


def test_a_variable_or_a_reference_without_a_name_is_named():
    assert told(env=[{"name": "", "value": "b"}]) == "job.env[0].name is required"
    assert told(envRef=[{"name": "", "type": "secret"}]) == (
        "job.envRef[0]: type is given and name is not"
    )


def test_empty_arguments_among_others_are_arguments():
    assert job_of(command=["", "a"], args=[""])["command"] == ["", "a"]
    assert job_of(command=["", "a"], args=[""])["args"] == [""]


def read_with(schema, body):
    also = jsonschema.Draft202012Validator(schema)
    return read_message("0", json.dumps(body), validator(), also)


OWN = {
    "properties": {
        "job": {
            "properties": {
                "priority": {"enum": ["low", "high"]},
                "note": {"type": "string", "minLength": 0},
                "pieces": {"type": "integer", "minimum": 1},
                "labels": {"type": "object"},
            }
        }
    }
}


def test_a_field_of_an_operators_schema_that_is_empty_counts_as_not_given_too():
    read = read_with(OWN, message(priority="", note="", pieces=0, labels={"team": ""}))

    assert read["error"] is None
    assert read["message"]["job"] == {**message()["job"], "note": ""}


def test_what_no_schema_names_stays_as_it_is_unless_it_is_null():
    read = entry({**message(extra={"a": "", "b": [], "c": {}, "d": 0, "e": None}), "more": ""})

    assert read["message"]["job"]["extra"] == {"a": "", "b": [], "c": {}, "d": 0}
    assert read["message"]["more"] == ""


def test_a_message_that_was_read_is_read_the_same_again():
    sent = message(env=[{"name": "A"}], volume={"mountPath": "", "pvc": ""}, gpuNumber=0)
    read = entry(sent)["message"]

    assert entry(read)["message"] == read


def test_an_operators_schema_lets_a_key_stand_without_a_value():
    value = {"properties": {"matchValue": {"minLength": 0}}}
    own = {"properties": {"job": {"properties": {"nodeSelector": value}}}}
    selector = {"matchKey": "node-role.kubernetes.io/worker", "matchValue": ""}

    read = read_with(own, message(nodeSelector=selector))

    assert read["message"]["job"]["nodeSelector"] == selector


NO_VARIABLE = [{"name": "", "value": ""}, {"name": None, "value": None}, {"name": ""}, {}, None]
NO_REFERENCE = [{"name": "", "type": ""}, {"name": None}, {"type": ""}, {}, None]


@pytest.mark.parametrize(
    ("name", "empty"),
    [("env", one) for one in NO_VARIABLE] + [("envRef", one) for one in NO_REFERENCE],
)
def test_an_empty_item_of_a_list_of_blocks_counts_as_not_given(name, empty):
    given = {"env": {"name": "A", "value": ""}, "envRef": {"name": "a", "type": "secret"}}[name]

    assert job_of(**{name: [empty]}) == message()["job"]
    assert job_of(**{name: [empty, given, empty]})[name] == [given]


def test_an_empty_item_of_an_operators_list_of_blocks_counts_as_not_given_too():
    block = {"type": "object", "properties": {"key": {"type": "string"}}}
    pieces = {"type": "array", "items": block}
    own = {"properties": {"job": {"properties": {"pieces": pieces}}}}

    read = read_with(own, message(pieces=[{"key": ""}, {"key": "a"}], others=[{"key": ""}]))

    assert read["error"] is None
    assert read["message"]["job"]["pieces"] == [{"key": "a"}]
    assert read["message"]["job"]["others"] == [{"key": ""}]
