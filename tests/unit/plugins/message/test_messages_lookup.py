"""The lookup plugin `messages`: files in, entries out."""

import json
from datetime import date

import pytest
from ansible.errors import AnsibleError
from kit.builders.rendering import SCHEMA, carried, lookup, message
from kit.builders.statuses import TRACE
from kit.builders.trust import is_trusted_as_template as is_trusted
from kit.builders.trust import trust_as_template


@pytest.fixture
def read(tmp_path):
    """Read bodies, written to files of these names."""

    def run(schema=SCHEMA, traces=None, sqs_ids=None, origins=None, **bodies):
        for name, body in bodies.items():
            (tmp_path / name).write_bytes(body)
        paths = [str(tmp_path / name) for name in bodies]
        given = {"traceparents": traces or {}, "message_ids": sqs_ids or {}}
        given |= origins or {}
        return lookup("messages", *paths, schema=str(schema), **given)

    return run


def test_each_file_is_an_entry_by_its_name_in_the_given_order(read):
    entries = read(b=json.dumps(message("second")).encode(), a=b"{", c=b"[]")

    assert [one["key"] for one in entries] == ["b", "a", "c"]
    assert [one["id"] for one in entries] == ["second", None, None]
    assert [one["error"] is None for one in entries] == [True, False, False]


def test_a_trace_is_its_messages_own_and_what_is_none_is_left_out(read):
    entries = read(a=b"{", b=b"{", c=b"{", traces={"a": TRACE, "b": TRACE.upper()})

    assert [one["traceparent"] for one in entries] == [TRACE, None, None]


def test_a_message_that_stalls_is_an_entry_with_its_addressee_and_an_error(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).write_text(json.dumps(message(name)))
    paths = [str(tmp_path / "a"), str(tmp_path / "b")]

    slow, other = lookup("messages", *paths, schema=str(SCHEMA), stalled=["a"])

    assert (slow["id"], slow["message"], slow["error"]["errorCode"]) == ("a", None, "A110")
    assert (other["id"], other["error"]) == ("b", None)


def test_a_message_is_known_again_by_sqs_own_id_of_it(read):
    sqs_ids = {"a": "m-1", "b": "m-1", "c": "m-2"}

    entries = read(a=b"{", b=b"{", c=b"{", d=b"{", sqs_ids=sqs_ids)

    first, again, other, none = (one["send"] for one in entries)

    assert first == again != other
    assert none is None


def test_a_message_comes_from_a_queue_and_a_sender_as_sqs_says_and_not_as_its_body_says(read):
    origins = {"queues": {"a": "arn:a"}, "senders": {"a": "AROA:session"}}
    body = json.dumps({**message(), "queue": "arn:b", "sender": "AIDA"}).encode()

    known, unknown = read(a=body, b=body, origins=origins)

    assert (known["queue"], known["sender"]) == ("arn:a", "AROA")
    assert (unknown["queue"], unknown["sender"]) == (None, None)


def test_a_scope_that_there_is_not_is_a_mistake_of_the_operators(read):
    with pytest.raises(AnsibleError, match="id_scope"):
        read(a=b"{", origins={"id_scope": "senders"})


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


def with_more(schema, body, tmp_path):
    """A message that must satisfy an operator's schema, too."""
    path, sent = tmp_path / "more.json", tmp_path / "message"
    path.write_text(json.dumps(schema))
    sent.write_text(json.dumps(body))
    (one,) = lookup("messages", str(sent), schema=str(SCHEMA), more_schemas=[str(path)])
    return one


PRIORITY = {"properties": {"job": {"properties": {"priority": {"enum": ["low", "high"]}}}}}


def test_an_operators_schema_adds_a_field(tmp_path):
    body = message(priority="high", other=1)

    one = with_more(PRIORITY, body, tmp_path)

    assert (one["error"], one["warnings"]) == (None, ["job.other"])
    assert one["message"]["job"]["priority"] == "high"


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (PRIORITY, "job.priority: 'urgent' is not one of ['low', 'high']"),
        ({"required": ["team"]}, "team is required"),
        ({"properties": {"job": {"properties": {"args": {"maxItems": 0}}}}}, "job.args: this is"),
    ],
)
def test_an_operators_schema_adds_a_limit(tmp_path, schema, words):
    one = with_more(schema, message(priority="urgent", args=["a"]), tmp_path)

    assert one["error"]["errorCode"] == "A110"
    assert words in one["error"]["message"]


def carried_text(value):
    """The text by which a play carries a message that a variable holds."""
    variables = {"message": value}
    (one,) = carried("messages", variables=variables, variable="message", schema=str(SCHEMA))
    return one["message"]


def in_variable(value, name="message"):
    return lookup("messages", variables={name: value}, variable="message", schema=str(SCHEMA))


@pytest.mark.parametrize("form", [lambda sent: sent, json.dumps], ids=["data", "text"])
def test_a_variable_may_hold_a_message_and_what_it_says_is_not_evaluated(form, tmp_path):
    hostile = f"{{{{ lookup('pipe', 'touch {tmp_path}/ran') }}}}"
    sent = message(hostile, args=[hostile], backoffLimit=0)

    (one,) = in_variable(trusted(form(sent)))

    assert (one["key"], one["error"]) == ("message", None)
    assert one["message"] == sent
    assert not any(map(is_trusted, [one["id"], carried_text(trusted(form(sent)))]))
    assert not (tmp_path / "ran").exists()


def inside(value, path):
    return lookup("messages", variables={"ansible_eda": value}, variable=path, schema=str(SCHEMA))


def test_a_variable_that_is_not_there_is_no_message():
    assert in_variable({}, name="another") == []


def test_a_path_reads_what_is_inside_of_a_variable_and_evaluates_nothing_on_the_way(tmp_path):
    hostile = f"{{{{ lookup('pipe', 'touch {tmp_path}/ran') }}}}"
    event = trusted({"other": hostile, "event": {"body": json.dumps(message(hostile))}})

    (one,) = inside(event, "ansible_eda.event.body")

    assert (one["id"], one["error"]) == (hostile, None)
    assert not is_trusted(one["id"])
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("path", ["ansible_eda.body", "ansible_eda.event.body.id", "ansible_eda."])
def test_a_path_that_leads_nowhere_is_no_message(path):
    assert inside({"event": {"body": json.dumps(message())}}, path) == []


def test_a_variable_that_is_no_json_is_named():
    with pytest.raises(AnsibleError, match="the variable message is no JSON"):
        in_variable({"id": date(2026, 1, 1)})


def trusted(value):
    """A value as extra variables hold it: each text of it is a template."""
    if isinstance(value, dict):
        return {trusted(name): trusted(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [trusted(inner) for inner in value]
    return trust_as_template(value) if isinstance(value, str) else value


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
