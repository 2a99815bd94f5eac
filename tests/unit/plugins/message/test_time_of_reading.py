"""The time to read a message: in proportion to its size; its contents have limits."""

import json
import tracemalloc

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.common import strict_json
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.manifest import strict_yaml
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.message.schema_parts import Part
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.message.unknown_fields import (
    unknown_fields,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy import image_references
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy.fields import fields
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations import urls
from kit import processor
from kit.builders.rendering import entry, message, render, validator

SMALL, LARGE = 60_000, 480_000
NAMES, LENGTH, VALUES = 1000, 512, 20_000
SHAPES = {
    "a name of dots": lambda size: {**message(), "a." * (size // 2) + "a": 1},
    "names with dots": lambda size: {**message(), **{f"a.{n}": 1 for n in range(size // 10)}},
    "limits": lambda size: message(resources={"limits": {f"{n}": 1 for n in range(size // 10)}}),
    "variables": lambda size: message(env=[{"name": "A", "x" * (size // 1000): 1}] * 1000),
}


def seconds(read, sent):
    """The least of several times that it takes, as others use the machine as well."""
    return min(processor.seconds(read, sent) for _ in range(3))


def names_of(message):
    """The step that names unknown fields, where a message has as many as it likes."""
    unknown_fields(message, Part.whole(validator().schema))


@pytest.mark.parametrize("read", [entry, names_of])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_message_takes_as_long_as_it_is_large_whatever_its_fields_are_called(read, shape):
    small, large = SHAPES[shape](SMALL), SHAPES[shape](LARGE)

    # Eight times the size; sixty-four times the time where that grew with its square.
    assert seconds(read, large) < 24 * seconds(read, small)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"x" * (LENGTH + 1): 1}, f"a key in the message is longer than the limit of {LENGTH}"),
        ({"job": {"x" * 9999: 1}}, f"a key in job is longer than the limit of {LENGTH} characters"),
        (
            {"job": {"a": [{f"x{n}": 1 for n in range(NAMES + 1)}]}},
            f"job.a[0] has more than the limit of {NAMES} keys",
        ),
        ({"a": [[1] * 500] * 40}, f"more than the limit of {VALUES} values"),
    ],
)
def test_a_message_of_very_many_or_very_long_names_is_refused_with_the_limit(body, words):
    assert words in entry({**message(), **body})["error"]["message"]


def test_a_message_at_the_limits_runs():
    many = {f"x{n:04d}".ljust(LENGTH, "x"): 1 for n in range(NAMES - len(message()))}

    assert render({**message(), **many})[0]["error"] is None


def test_values_are_counted_before_anything_looks_at_each(monkeypatch):
    monkeypatch.setattr(strict_json, "_check", lambda *_: pytest.fail("looked at"))

    with pytest.raises(strict_json.InvalidJson, match="values"):
        strict_json.loads("[%s0]" % ("0," * VALUES))


def test_merged_objects_take_as_long_as_their_text_is_large():
    def of(size):
        return "a: {<<: [" + ",".join(f"{{k{n}: 1}}" for n in range(size // 10)) + "]}"

    assert seconds(strict_yaml.load, of(LARGE // 2)) < 24 * seconds(
        strict_yaml.load, of(SMALL // 2)
    )


def test_the_fields_of_a_job_take_as_much_memory_as_it_is_large_whatever_they_are_called():
    def peak(name):
        job = {"spec": {name: {f"a{n}": {} for n in range(5_000)}}}
        tracemalloc.start()
        try:
            fields(job, message())
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    # A text of each path would hold the long name 5,000 times.
    assert peak("b" * 100_000) < 2 * peak("b")


@pytest.mark.parametrize(
    "long",
    [
        lambda text: message(serviceAccount=text),
        lambda text: message(namespace=text),
        lambda text: message(volume={"mountPath": "/data", "pvc": text}),
        lambda text: message(nodeSelector={"matchKey": text, "matchValue": "a"}),
        lambda text: {**message(), "webhook": {"url": f"http://{text}/"}},
    ],
)
def test_a_text_that_is_too_long_is_compared_with_no_pattern(long):
    def peak(size):
        body = json.dumps(long("a." * (size // 2) + "a"))
        tracemalloc.start()
        try:
            assert entry(body)["error"]
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    # What has matched so far of a repeated group took a hundred bytes for each of its characters.
    assert peak(LARGE) < 16 * LARGE


def test_an_image_that_is_too_long_is_compared_with_no_pattern():
    tracemalloc.start()
    try:
        assert image_references.read("a." * LARGE + "a/tool") is None
        assert tracemalloc.get_traced_memory()[1] < 16 * LARGE
    finally:
        tracemalloc.stop()


def test_a_host_beyond_ascii_that_is_too_long_is_not_spelt_in_ascii_first():
    def fault(length):
        return urls.fault("http://" + "\u00e4." * (length // 2) + "x")

    assert fault(LARGE) == urls.NOT_ASCII
    assert seconds(fault, LARGE) < 100 * max(seconds(fault, 250), 0.0001)


def test_a_manifest_with_a_very_long_key_is_refused_with_the_limit():
    with pytest.raises(strict_yaml.InvalidYaml, match="a key in a is longer than 512"):
        strict_yaml.load("a: {" + "k" * 513 + ": 1}")
