"""Reading a message at its edges: the shortest and longest that passes."""

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.message import addressee
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.message.read import read_message
from kit.builders.rendering import entry, message


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("id", {"": None, "x": "x", "x" * 256: "x" * 256, "x" * 257: None}),
        (
            "service",
            {
                "": None,
                "x": "x",
                "x" * addressee.MAX_SERVICE_LENGTH: "x" * addressee.MAX_SERVICE_LENGTH,
                "x" * (addressee.MAX_SERVICE_LENGTH + 1): None,
            },
        ),
    ],
)
def test_who_is_to_be_told_is_known_where_it_is_as_long_as_it_may_be(field, values):
    for given, read in values.items():
        assert entry({**message(), field: given})[field] == read, len(given)


def test_the_longest_url_is_one():
    url = "http://caller.example/".ljust(addressee.MAX_URL_LENGTH, "x")

    assert entry({**message(), "webhook": {"url": url}})["webhook"] == url
    assert entry({**message(), "webhook": {"url": url + "x"}})["webhook"] is None


def test_what_is_no_json_is_said_in_the_words_of_its_reader():
    read = read_message("0", "{")

    assert read["error"]["message"].startswith("invalid message: not JSON: Expecting property name")
    assert json.loads(json.dumps(read)) == read
