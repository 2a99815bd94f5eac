"""Records: what is kept of messages and callbacks that have no Job to stand on."""

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import keys, records, state
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import callbacks
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.due import MAX_STARTS, due
from hypothesis import given
from hypothesis import strategies as st
from kit.builders.objects import digest_of, job, pod, record
from kit.builders.rendering import entry, message
from kit.builders.statuses import COMPLETE, CREATED, CREATED_AT, ERROR, TRACE
from kit.models.reports import answered, sent

WEBHOOK = "http://caller.example/hook"
MAX_CONFIG_MAP = 2**20  # bytes of its data


def refusal(body, webhook=WEBHOOK, record="body-1", **more):
    """The record of a message with this body."""
    own = {
        "webhook": webhook,
        "error": ERROR,
        "record": record,
        "rules_digest": "j",
        "generation": 1,
    }
    return records.rejection_record({**entry(body), **own, **more}, "jobs", ["send-1"], CREATED)


def refused(message_id="one", **job_fields):
    return sent(job(message_id, **job_fields), [pod(phase="Succeeded")])


def expired(*keys, message_id="one", error="HTTP status 500"):
    """Callbacks of a Job that is complete, as they expired."""
    results = answered(refused(message_id, ended=COMPLETE, succeeded=1), 0)
    return [{**one, "error": error} for one in results if one["key"] in keys]


def kept_in(*given):
    """Records as the cluster has them."""
    made = records.expired_callback_records(list(given), "jobs", 0.0)
    for one in made:
        one["metadata"]["uid"] = "uid-of-" + one["metadata"]["name"]
    return made


def test_a_refusal_carries_its_99_and_which_message_it_answers():
    made = refusal(message("one", image=""))

    assert due(made, []) == {"99": {"error": ERROR}}
    assert state.message_id(made) == "one"
    assert state.webhook(made) == WEBHOOK
    assert state.id_label(made) == digest_of("one")
    assert state.is_managed(made)
    assert (made["apiVersion"], made["kind"]) == ("v1", "ConfigMap")
    assert made["metadata"]["labels"] == {
        keys.ID_LABEL: digest_of("one"),
        keys.RECORD_LABEL: entry(message("one", image=""))["body_sha256"][:16],
        keys.REJECTION_LABEL: "body-1",
        "app.kubernetes.io/managed-by": "sqs-k8s-jobs",
    }
    assert (state.rejection(made), state.rules_digest(made), state.generation(made)) == (
        "body-1",
        "j",
        1,
    )
    assert state.sends(made) == {"send-1": CREATED}


@pytest.mark.parametrize("service", ["billing", None])
def test_a_refusal_carries_its_service_where_it_could_be_read(service):
    assert state.service(refusal("{", service=service)) == service


def test_a_refusal_carries_the_trace_of_its_message():
    assert state.traceparent(refusal("{", traceparent=TRACE)) == TRACE


def test_a_refusals_name_follows_from_its_digest_and_stands_in_the_wanted_namespace():
    first, other = (refusal(message("one", image=""), record=one) for one in ("body-1", "body-2"))

    assert first["metadata"]["namespace"] == "jobs"
    assert first["metadata"]["name"] == "sqs-k8s-jobs-body-1"
    assert other["metadata"]["name"] == "sqs-k8s-jobs-body-2"


def test_a_body_without_an_id_has_none_in_its_record():
    assert state.message_id(refusal("{")) is None


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=50))
def test_any_text_as_id_comes_back_from_a_record(text):
    made = refusal(message(text, image=""))

    assert state.message_id(made) == text


def test_callbacks_that_expired_are_kept_by_id_as_they_were_sent():
    first, second = expired("1", "2")
    (other,) = expired("0", message_id="other")

    made = records.expired_callback_records([first, second, other], "jobs", 0.0)

    assert [sorted(one["data"]) for one in made] == [
        ["1.json", "2.json", "message.json"],
        ["0.json", "message.json"],
    ]
    shared, kept = (json.loads(made[0]["data"][name]) for name in ("message.json", "1.json"))
    assert shared == {name: first[name] for name in records.SHARED}
    assert {name: first[name] for name in ("body", "delivery_id")}.items() <= kept.items()
    assert kept["error"] == "HTTP status 500"
    assert made[0]["metadata"]["labels"]["sqs-k8s.jobs/expired"] == "19700101"


def test_callbacks_of_two_jobs_of_one_id_are_kept_apart():
    one, other = ({**expired("2")[0], "delivery_id": f"{uid}-2"} for uid in ("uid-1", "uid-2"))

    made = records.expired_callback_records([one, other], "jobs", 0.0)

    assert len({record["metadata"]["name"] for record in made}) == len(made) == 2
    assert {state.id_label(record) for record in made} == {one["id_label"]}


def test_a_refusals_callback_that_expired_is_kept_in_its_own_record():
    made = refusal(message("one", image=""))
    thing = {**made, "metadata": {**made["metadata"], "uid": "u"}}
    (told,) = answered(callbacks.callbacks_due([thing], [], CREATED_AT), 0)

    (letter,) = records.expired_callback_records([told], "jobs", 0.0)

    assert letter["metadata"]["name"] == made["metadata"]["name"]
    assert letter["metadata"]["namespace"] == made["metadata"]["namespace"]
    assert state.id_label(letter) == state.id_label(made)


def test_what_is_kept_is_replayed_in_its_order_and_the_same_to_the_byte():
    starts = answered(
        sent(
            job(ended=COMPLETE, succeeded=1),
            [pod("first"), pod("second", start="2026-01-01T00:00:09Z")],
        ),
        0,
    )
    (made,) = kept_in(*starts)
    made["data"] = dict(reversed(made["data"].items()))

    found = records.callbacks_of([made])

    assert [one["key"] for one in found] == ["0", "1", "1.uid-of-second", "2"]
    for was, now in zip(starts, found, strict=True):
        for name in ("body", "delivery_id", "url", "service"):
            assert was[name] == now[name]


def as_older_versions_kept_it(made, **changed):
    """Have a record's only callback in the form in which each said all of itself."""
    shared, (one,) = (
        json.loads(made["data"].pop(records.SHARED_DATA)),
        map(json.loads, made["data"].values()),
    )
    whole = {**shared, **one, **changed}
    made["data"] = {"0.json": json.dumps({k: v for k, v in whole.items() if v is not None})}


def test_what_an_older_version_kept_is_replayed_without_a_service():
    (made,) = kept_in(*expired("0"))
    (now,) = records.callbacks_of([made])
    as_older_versions_kept_it(made, service=None)

    (found,) = records.callbacks_of([made])

    assert found == {**now, "service": None}


def test_all_that_a_job_can_tell_has_room_in_a_record_however_long_its_url_and_id_are():
    wide = "\U0001f600"
    url = "http://caller.example/" + wide * (2048 - len("http://caller.example/"))
    (one,) = expired("0", message_id=wide * 256)
    starts = [
        {
            **one,
            "url": url,
            "key": f"1.{number:036}",
            "body": json.dumps({**json.loads(one["body"]), "detail": {"podName": "p" * 253}}),
            "delivery_id": f"uid-1.{number:036}",
            "error": "HTTP status 500",
        }
        for number in range(MAX_STARTS + 2)
    ]

    (made,) = kept_in(*starts)

    stored = sum(len(name) + len(text.encode()) for name, text in made["data"].items())
    assert len(made["data"]) == len(starts) + 1
    assert stored < MAX_CONFIG_MAP / 2
    assert {found["url"] for found in records.callbacks_of([made])} == {url}


def test_a_record_that_keeps_nothing_replays_nothing():
    assert records.callbacks_of([record(), {**record(), "data": None}]) == []


def test_what_nobody_sees_of_an_id_is_shown_escaped_in_the_line_of_what_is_kept():
    (line,) = records.lines([{**expired("2")[0], "id": "a\u202eb\u200b"}])

    assert line.startswith("a\\u202eb\\u200b: 2 to ")


def test_what_is_kept_reads_as_a_line_with_no_more_of_its_url_than_the_server():
    nameless = {**expired("0")[0], "id": None, "id_label": "ab"}

    assert records.lines([*expired("2", error="no {route}"), nameless]) == [
        "one: 2 to http://caller.example - no {route}",
        "ab: 0 to http://caller.example - HTTP status 500",
    ]


def test_a_record_is_emptied_once_all_that_it_keeps_was_accepted():
    made = kept_in(*expired("1", "2"), *expired("0", message_id="other"))
    found = records.callbacks_of(made)

    partly = [{**one, "accepted": one["key"] != "2"} for one in found]
    wholly = [{**one, "accepted": True} for one in found]

    assert records.emptied(partly) == [state.object_ref(made[1])]
    assert records.emptied(wholly) == [state.object_ref(one) for one in made]


def test_no_record_keeps_a_password_of_a_url_nor_replays_one_that_is_kept():
    url = "https://user:s3cret@caller.example/hook"
    kept = refusal(message("one", image="", webhook={"url": url}))
    (made,) = kept_in(*expired("0"))
    as_older_versions_kept_it(made, url=url)

    (found,) = records.callbacks_of([made])

    assert "s3cret" not in json.dumps(kept)
    assert found["url"] == "https://caller.example/hook"
