"""Reading a message: untrusted text in, a checked message or a clear error out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit.builders.rendering import entry, message

JSON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = [
    *("id", "service", "webhook", "job"),
    *("job.prefixName", "job.namespace", "job.image", "job.command", "job.args"),
    *("job.serviceAccount", "job.ttlSecondsAfterFinished", "job.backoffLimit"),
    *("job.activeDeadlineSeconds", "job.gpuEnable", "job.gpuNumber", "job.resources"),
    *("job.resources.limits", "job.nodeSelector", "job.toleration", "job.fargate"),
    *("job.volume", "job.env", "job.envRef", "job.imagePullPolicy", "webhook.url"),
]


def words(body):
    """Return the error text of an invalid message."""
    read = entry(body)
    assert read["message"] is None
    assert read["error"]["errorCode"] == "A110"
    return read["error"]["message"].removeprefix("invalid message: ")


def put(body, path, value):
    """The body with one field set, or taken out by the value `...`."""
    changed = json.loads(json.dumps(body))
    *parents, last = path.split(".")
    place = changed
    for name in parents:
        place = place.setdefault(name, {})
    if value is ...:
        place.pop(last, None)
    else:
        place[last] = value
    return changed


def test_the_specifications_message_is_read_whole_and_without_a_warning(golden):
    text = (golden / "seed.json").read_text("utf-8")

    read = entry(text)

    assert read["error"] is None
    assert read["warnings"] == []
    assert read["id"] == "31a89a91-43d8-4786-a195-9b25cec28a44"
    assert read["webhook"] == "http://webhook.com"
    assert read["message"]["job"]["volume"] == {"mountPath": "workdir", "pvc": "ps-pvc"}
    assert "volume:" not in read["message"]["job"]


def test_both_spellings_of_volume_at_once_are_refused():
    volume = {"mountPath": "a", "pvc": "b"}

    assert words(message(**{"volume": volume, "volume:": volume})) == (
        'job: both "volume" and "volume:" are given'
    )


@pytest.mark.parametrize(
    "path",
    [
        *("id", "service", "job", "job.prefixName", "job.namespace", "job.image"),
        *("job.ttlSecondsAfterFinished", "job.activeDeadlineSeconds"),
    ],
)
@pytest.mark.parametrize("missing", [..., None])
def test_a_required_field_that_is_missing_or_null_is_named(path, missing):
    assert words(put(message(), path, missing)) == f"{path} is required"


def test_null_counts_as_not_given():
    read = entry(message(command=None, volume=None, gpuNumber=None, resources={"limits": None}))

    assert read["error"] is None
    assert read["message"]["job"].keys() == message()["job"].keys()


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("id", 7, "7 is not of type 'string'"),
        ("service", "a b", "'a b' is not a label value"),
        ("job.prefixName", "Upper", "'Upper' is not an RFC 1123 label"),
        ("job.prefixName", "p" * 55, f"'{'p' * 55}' is too long: 55 characters, at most 54"),
        ("job.namespace", "a/b", "'a/b' is not an RFC 1123 label"),
        ("job.image", "busybox\n", "is not an image reference without white space"),
        ("job.command", "echo", "'echo' is not of type 'array'"),
        ("job.ttlSecondsAfterFinished", 59, "59 is less than the minimum of 60"),
        ("job.ttlSecondsAfterFinished", "60", "'60' is not of type 'integer'"),
        ("job.backoffLimit", -1, "-1 is less than the minimum of 0"),
        ("job.activeDeadlineSeconds", 0, "0 is less than the minimum of 1"),
        ("job.activeDeadlineSeconds", True, "True is not of type 'integer'"),
        ("job.gpuNumber", -1, "-1 is less than the minimum of 1"),
        ("job.resources.limits.cpu", "much", "'much' is not a Kubernetes quantity"),
        ("job.fargate", {"key": "a b", "value": ""}, "'a b' is not a label key"),
        ("job.volume", {"mountPath": "a:b", "pvc": "c"}, "'a:b' is not a path without a colon"),
        ("job.env", [{"name": "A=B", "value": ""}], "this is not a variable name"),
        ("job.envRef", [{"name": "a", "type": "pod"}], "'pod' is not one of ['configMap', 'se"),
        ("job.imagePullPolicy", "Sometimes", "'Sometimes' is not one of ["),
        ("webhook.url", "ftp://caller.example", "its scheme is neither http nor https"),
        ("webhook.url", "http://", "it has no host"),
    ],
)
def test_a_broken_limit_is_named_with_its_field(path, value, said):
    told = words(put(message(), path, value))

    assert told.startswith(path)
    assert said in told


@pytest.mark.parametrize(
    "path",
    [
        *("service", "job.prefixName", "job.namespace", "job.serviceAccount"),
        *("job.imagePullPolicy", "job.resources.limits.memory", "webhook.url"),
    ],
)
def test_a_line_break_at_the_end_does_not_slip_through(path):
    good = {"job.resources.limits.memory": "1Gi", "job.imagePullPolicy": "Always"}
    url = {"webhook.url": "http://caller.example"}

    assert words(put(message(), path, {**good, **url}.get(path, "a") + "\n")).startswith(path)


def test_of_many_broken_limits_three_are_told_and_that_there_are_more():
    told = words(message(command=1, args=2, env=3, envRef=4, gpuNumber=-1))

    assert told.count(";") == 3
    assert told.endswith("; and more")


@pytest.mark.parametrize("length", [1, 50, 51, 54])
def test_a_prefix_leaves_room_for_eight_digits(length):
    assert entry(message(prefixName="p" * length))["error"] is None


def test_an_unknown_field_is_a_warning_with_its_path():
    body = put(message(env=[{"name": "A", "value": "b", "note": "c"}]), "priority", "high")
    body["job"]["resources"] = {"limits": {"cpu": 1, "ephemeral": 2}}

    read = entry(body)

    assert read["error"] is None
    assert read["warnings"] == ["job.env[].note", "job.resources.limits.ephemeral", "priority"]


def test_the_caller_of_an_invalid_message_can_still_be_told():
    body = {**message(), "webhook": {"url": "http://caller.example/"}, "job": {}}

    read = entry(body)

    assert read["error"]["errorCode"] == "A110"
    assert (read["id"], read["webhook"]) == ("one", "http://caller.example/")
    assert read["id_label"] == entry(message())["id_label"]


@pytest.mark.parametrize("body", ["[]", '"text"', "7", "null", "{", ""])
def test_what_is_no_json_object_has_neither_id_nor_webhook(body):
    read = entry(body)

    assert read["error"]["errorCode"] == "A110"
    assert (read["id"], read["webhook"]) == (None, None)


def test_a_message_without_an_id_is_told_apart_by_its_body():
    first, again, other = (entry(body)["id_label"] for body in ("{", "{", "["))

    assert first == again
    assert first != other


def test_an_id_that_is_too_long_is_not_taken_for_one():
    assert entry(message("x" * 256))["id"] == "x" * 256
    assert entry(message("x" * 257))["id"] is None


def test_another_body_has_another_digest():
    one, other = entry(message(args=["a"])), entry(message(args=["b"]))

    assert one["id_label"] == other["id_label"]
    assert one["body_sha256"] != other["body_sha256"]


def is_one_or_the_other(text):
    read = entry(text)
    json.dumps(read)
    assert (read["message"] is None) != (read["error"] is None)
    assert read["error"] is None or read["error"]["errorCode"] == "A110"
    assert read["id_label"]


@given(st.text(st.characters()))
def test_any_text_is_a_message_or_an_error(text):
    is_one_or_the_other(text)


@given(JSON_VALUES)
def test_whatever_json_it_is_it_is_a_message_or_an_error(value):
    is_one_or_the_other(json.dumps(value))


@given(st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES, min_size=1, max_size=3))
def test_whatever_a_field_holds_it_is_a_message_or_an_error(changes):
    body = message()
    for path in sorted(changes, reverse=True):  # a part before the whole
        body = put(body, path, changes[path])

    is_one_or_the_other(json.dumps(body))


@pytest.mark.parametrize(("length", "shown"), [(60, "a" * 58), (61, "a" * 58 + "…")])
def test_of_a_long_value_sixty_characters_are_told(length, shown):
    said = words(message(image="b " + "a" * (length - 2)))

    assert said.startswith(f"job.image: 'b {shown}' is not an image")


GPUS_IN_VAIN = "job.gpuNumber has no effect: a Job has GPUs where job.gpuEnable is true"


@pytest.mark.parametrize("enable", [..., None, False])
def test_a_number_of_gpus_without_gpus_is_a_warning_and_no_failure(enable):
    read = entry(put(message(gpuNumber=2), "job.gpuEnable", enable))

    assert read["error"] is None
    assert read["warnings"] == [GPUS_IN_VAIN]


@pytest.mark.parametrize("job", [{"gpuNumber": 2, "gpuEnable": True}, {"gpuNumber": 0}, {}])
def test_gpus_that_are_meant_or_are_none_are_no_warning(job):
    assert entry(message(**job))["warnings"] == []
