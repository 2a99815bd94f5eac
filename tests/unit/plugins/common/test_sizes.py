"""The size of an object in etcd."""

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.common import sizes


def with_env(*names):
    """An object with a container that has these variables."""
    env = [{"name": name, "value": "x"} for name in names]
    return {"spec": {"containers": [{"name": "job", "env": env}]}}


def test_a_text_counts_as_it_is_kept_and_not_as_json_escapes_it():
    plain, accented = ({"a": letter * 1000} for letter in "xé")

    assert sizes.stored_bytes(accented) == sizes.stored_bytes(plain) + 1000


@pytest.mark.parametrize(
    ("thing", "path"),
    [
        (with_env("a" * 1000, "b"), "spec.containers[0].env[0].name"),
        (with_env(*(f"variable-{number}" for number in range(50))), "spec.containers[0].env"),
        ({"a": {"b": "x" * 50}, "c": "y"}, "a.b"),
        ({"a": "x" * 50, "b": "y" * 50, "c": "z" * 50}, ""),
        ({}, ""),
    ],
)
def test_the_field_is_known_in_which_most_of_an_object_is(thing, path):
    assert sizes.largest_field(thing) == path


def test_a_name_in_a_list_counts_as_the_api_server_notes_it_too():
    names = [f"{quotes}{number}" for number, quotes in enumerate(['""'] * 50)]
    noted = {f'k:{{"name":{json.dumps(name)}}}': {"f:name": {}, "f:value": {}} for name in names}
    thing = with_env(*names)

    assert sizes.stored_bytes(thing) >= len(json.dumps(thing)) + len(json.dumps(noted))


def test_what_is_no_object_in_a_list_is_noted_with_its_list():
    few, many = ({"args": ["x"] * count} for count in (1, 101))

    assert sizes.stored_bytes(many) - sizes.stored_bytes(few) == len(', "x"') * 100
