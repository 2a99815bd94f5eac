"""The lookup plugin `messages`: files in, entries out."""

from __future__ import annotations

import json

import pytest
from ansible.errors import AnsibleError
from support.rendering import SCHEMA, lookup, message


@pytest.fixture
def read(tmp_path):
    """Read bodies, written to files of these names."""

    def run(schema=SCHEMA, **bodies):
        for name, body in bodies.items():
            (tmp_path / name).write_bytes(body)
        return lookup("messages", *(str(tmp_path / name) for name in bodies), schema=str(schema))

    return run


def test_each_file_is_an_entry_by_its_name_in_the_given_order(read):
    entries = read(b=json.dumps(message("second")).encode(), a=b"{", c=b"[]")

    assert [one["key"] for one in entries] == ["b", "a", "c"]
    assert [one["id"] for one in entries] == ["second", None, None]
    assert [one["error"] is None for one in entries] == [True, False, False]


def test_what_is_not_utf_8_is_refused_by_the_byte(read):
    (one,) = read(a=json.dumps(message()).encode().replace(b"busybox", b"busy\xffbox"))

    assert one["error"]["errorCode"] == "A110"
    assert one["error"]["message"] == (
        "invalid message: job.image: the character U+DCFF is not allowed"
    )


def test_braces_in_a_message_stay_text(read, tmp_path):
    hostile = f"{{{{ lookup('pipe', 'touch {tmp_path}/ran') }}}}"

    (one,) = read(a=json.dumps(message(args=[hostile])).encode())

    assert one["message"]["job"]["args"] == [hostile]
    assert not (tmp_path / "ran").exists()


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(AnsibleError, match=r"cannot read the message /nowhere/message\.json"):
        lookup("messages", "/nowhere/message.json", schema=str(SCHEMA))


@pytest.mark.parametrize("schema", ["{", '{"type": "nothing"}'])
def test_a_schema_that_is_unusable_is_named(read, tmp_path, schema):
    path = tmp_path / "schema.json"
    path.write_text(schema)

    with pytest.raises(AnsibleError, match=r"the message schema .*schema\.json is unusable"):
        read(schema=path, a=b"{}")


def test_a_schema_that_is_not_there_is_named(read):
    with pytest.raises(AnsibleError, match=r"the message schema /nowhere/s\.json is unusable"):
        read(schema="/nowhere/s.json", a=b"{}")
