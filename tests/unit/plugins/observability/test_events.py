"""Events of a message: data for the runner, a line for a person."""

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.observability import events
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import callbacks
from hypothesis import given
from hypothesis import strategies as st
from kit.builders.objects import digest_of, job, record
from kit.builders.statuses import ERROR

OUTCOME = {
    "key": "0000",
    "id": "one",
    "id_label": digest_of("one"),
    "webhook": None,
    "warnings": [],
    "error": None,
    "reason": None,
    "namespace": "default",
    "name": "t-1",
    "outcome": "created",
    "delivered": None,
    "fault": False,
    "attempted": True,
    "invented": False,
}
NAMELESS = {**OUTCOME, "id": None, "name": None}


def told(key="0", detail=None, *, about=None, accepted=True, **more):
    """A result of the module `webhook`; it is about a Job unless something else is named."""
    sent = callbacks.callback(about or job("one"), key, detail or {})
    answer = {"accepted": accepted, "code": 200 if accepted else None, "error": None}
    return {**sent, **answer, "silent": False, **more}


def of_webhook(*results):
    return events.of_answers(list(results))


def of_outcomes(*outcomes):
    return events.events(list(outcomes), "outcomes")


def test_each_callback_that_was_sent_is_a_status_event():
    nobody = told("99", about=record("bad"), accepted=False, error="no", silent=True)

    first, second = of_webhook(told("0"), nobody)

    assert first == {
        "event": "status",
        "id": "one",
        "id_label": digest_of("one"),
        "record": None,
        "job": "bb-" + digest_of("one")[:8],
        "status": 0,
        "attempt": 1,
        "accepted": True,
        "endpoint": "http://caller.example",
        "answered": True,
        "late": False,
        "server": None,
        "error": None,
        "error_detail": None,
    }
    assert (second["job"], second["id_label"]) == (None, digest_of("bad"))
    assert (second["accepted"], second["error"], second["late"]) == (False, "no", True)


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("https://caller.example:8443/a/b?c#d", "https://caller.example:8443"),
        ("https://user:secret@caller.example/", "https://caller.example"),
        ("HTTP://Caller.example", "http://caller.example"),
    ],
)
def test_an_event_names_the_server_and_neither_path_nor_password(url, endpoint):
    (event,) = of_webhook(told(about=job(webhook=url)))

    assert event["endpoint"] == endpoint


def test_a_callback_of_a_version_before_has_an_event_too():
    old = {"id": "one", "status": 0, "body": "{}", "accepted": True}

    (event,) = of_webhook(old)

    assert (event["id_label"], event["job"], event["late"]) == (None, None, False)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"slow": True, "server": "203.0.113.1"}, (True, True, "203.0.113.1")),
        ({"code": None, "silent": True, "server": "203.0.113.1"}, (False, True, "203.0.113.1")),
        ({"code": None, "error": "its address may not be called"}, (False, False, None)),
    ],
)
def test_an_event_tells_whether_its_endpoint_answered_or_took_long_and_where_it_is(more, says):
    (event,) = of_webhook(told(**more))

    assert (event["answered"], event["late"], event["server"]) == says


@pytest.mark.parametrize(("key", "attempt"), [("0", 4), ("1", 1)])
def test_an_event_counts_the_tries_of_its_status_and_of_no_other(key, attempt):
    (event,) = of_webhook(told(key, retry={"status": 0, "tries": 3}))

    assert event["attempt"] == attempt


def test_what_a_caller_was_told_went_wrong_is_in_the_event():
    (event,) = of_webhook(told("99", {"error": ERROR}))

    assert event["error_detail"] == ERROR


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (410, "it is gone: no"),
        (500, "it was not accepted for as long as report_retry_max_age allows: no"),
        (None, "it was not accepted for as long as report_retry_max_age allows: no"),
    ],
)
def test_a_callback_that_is_given_up_and_kept_is_an_event_and_a_line_with_what_sends_it(
    code, words
):
    given_up = told("3", accepted=False, error="no", code=code)

    (event,) = events.of_expired([given_up])

    assert event == {
        "event": "expired",
        "id": "one",
        "id_label": digest_of("one"),
        "record": None,
        "job": "bb-" + digest_of("one")[:8],
        "status": 3,
        "endpoint": "http://caller.example",
        "error": words,
    }
    assert events.line(event) == (
        f"{event['job']}: 3 failed - expired: {words}; playbooks/replay.yml sends it"
    )


def test_a_callback_whose_turn_has_not_come_is_no_event():
    assert of_webhook(told("2", accepted=False, held_back=True)) == []


def test_each_messages_outcome_is_an_event():
    (event,) = of_outcomes(OUTCOME)

    assert event == {
        "event": "outcome",
        "key": "0000",
        "id": "one",
        "id_label": digest_of("one"),
        "record": None,
        "job": "t-1",
        "namespace": "default",
        "outcome": "created",
        "fault": False,
        "attempted": True,
        "invented": False,
        "delivered": True,
        "error": None,
        "error_code": None,
        "warnings": [],
    }


def test_why_a_message_was_refused_or_put_off_is_in_its_event():
    refused, put_off, forbidden = of_outcomes(
        {**OUTCOME, "outcome": "rejected", "error": ERROR},
        {**OUTCOME, "outcome": "retry", "reason": "apiserver not ready"},
        {**OUTCOME, "outcome": "retry", "reason": "cannot create", "fault": True},
    )

    assert (refused["error_code"], refused["error"]) == ("A110", ERROR["message"])
    assert (put_off["error_code"], put_off["error"]) == (None, "apiserver not ready")
    assert [one["fault"] for one in (refused, put_off, forbidden)] == [False, False, True]


@pytest.mark.parametrize(
    ("webhook", "delivered_before", "delivered"),
    [
        (None, None, True),
        ("http://caller.example", None, False),
        ("http://caller.example", False, False),
        ("http://caller.example", True, True),
        (None, False, False),
    ],
)
def test_a_refused_messages_caller_was_told_or_there_is_nobody_to_tell(
    webhook, delivered_before, delivered
):
    refused = {**OUTCOME, "outcome": "rejected", "error": ERROR, "webhook": webhook}

    (event,) = of_outcomes({**refused, "delivered": delivered_before})

    assert event["delivered"] is delivered


@pytest.mark.parametrize(
    "data",
    [
        {"results": [told()]},
        {"ansible_facts": {"report_due": [told()], "submit_outcomes": [OUTCOME]}},
        {"ansible_facts": {"submit_events": None}},
        {"skipped": True},
    ],
)
def test_a_task_that_leaves_no_facts_with_events_has_none(data):
    assert events.of_result(data) == []


@pytest.mark.parametrize("fact", ["submit_events", "report_events"])
def test_the_events_of_a_task_are_those_in_its_facts(fact):
    happened = of_webhook(told())

    assert events.of_result({"ansible_facts": {fact: happened}}) == happened


def test_a_message_that_was_read_is_known_by_its_key_and_id_alone():
    entry = {"key": "0000", "id": "a", "message": {"job": {"env": "secret"}}}

    assert events.events([entry], "read") == [{"event": "read", "key": "0000", "id": "a"}]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"msg": " no route\n", "exception": "Traceback"}, "no route"),
        ({"module_stderr": "killed", "exception": "Traceback"}, "killed"),
        ({"exception": "Traceback"}, "Traceback"),
        ({}, "no reason"),
    ],
)
def test_a_task_that_failed_says_why_as_well_as_it_can(data, words):
    assert events.failure("Read the Jobs", data) == {
        "event": "failure",
        "task": "Read the Jobs",
        "error": words,
    }


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (of_webhook(told(job="t-1"))[0], "t-1: 0 job started"),
        (of_webhook(told("2", job=None))[0], "one: 2 complete"),
        (
            of_webhook(told("1", about=record(), accepted=False, error="HTTP status 500"))[0],
            "one: 1 pod started - attempt failed: HTTP status 500",
        ),
        (
            of_webhook(told("99", {"error": ERROR}, about=record()))[0],
            "one: 99 exception - A110 invalid message: job.image is required",
        ),
        (of_outcomes(OUTCOME)[0], "t-1: created"),
        (of_outcomes({**OUTCOME, "warnings": ["odd"]})[0], "t-1: created - odd"),
        (
            of_outcomes({**NAMELESS, "error": ERROR, "outcome": "rejected"})[0],
            "0000: rejected - invalid message: job.image is required",
        ),
        (events.failure("Read", {"msg": "no"}), "play: task 'Read' failed: no"),
        (
            events.unprocessed({"key": "0000", "id": "one"}, None),
            "one: not processed: the play ended before this message was processed",
        ),
        (events.unprocessed({"key": "0000", "id": None}, "no"), "0000: not processed: no"),
    ],
)
def test_an_event_reads_as_a_line(event, line):
    assert events.line(event) == line


@given(st.text(st.characters()), st.text(st.characters()))
def test_whatever_a_message_says_its_line_is_one_line_and_can_be_written(text, name):
    error = {"errorCode": "A110", "message": text}
    for event in [
        *of_webhook(told("99", {"error": error}, error=text, accepted=False, job=name)),
        *of_outcomes({**NAMELESS, "id": text, "error": error, "warnings": [text]}),
        events.failure(name, {"msg": text}),
        events.unprocessed({"key": name, "id": text}, text),
    ]:
        line = events.line(event)
        assert len(line.splitlines()) == 1
        assert "\x1b" not in line
        assert line.encode("utf-8")
        assert json.loads(json.dumps(event)) == event


@pytest.mark.parametrize(
    ("cases", "line"),
    [("", "template: a.j2"), ("cases", "template: a.j2; golden cases: cases")],
)
def test_the_template_and_the_golden_cases_in_use_are_a_line(cases, line):
    (event,) = events.events(["a.j2", cases], "sources")

    assert event == {"event": "sources", "template": "a.j2", "golden": cases or None}
    assert events.line(event) == line


def test_a_line_for_a_person_is_itself_with_escapes_for_control_characters():
    (event,) = events.events(["a\x1b[0m\nb"], "lines")

    assert event == {"event": "line", "text": "a\x1b[0m\nb"}
    assert events.line(event) == "a\\u001b[0m\\u000ab"


def test_a_message_that_was_not_settled_is_known_by_its_key_and_id():
    assert events.unprocessed({"key": "0000", "id": "one"}, "no") == {
        "event": "unprocessed",
        "key": "0000",
        "id": "one",
        "error": "no",
    }
    nothing_said = events.unprocessed({"key": "0000", "id": "one"}, None)
    assert nothing_said["error"] == "the play ended before this message was processed"


def test_a_first_try_that_was_not_counted_is_the_first():
    (event,) = of_webhook(told("0", retry={"status": 0}))

    assert event["attempt"] == 1


def test_a_status_without_a_title_is_its_number():
    assert events.line({**of_webhook(told())[0], "status": 7}) == f"bb-{digest_of('one')[:8]}: 7 "


@pytest.mark.parametrize("silent", [True, False])
def test_what_was_postponed_is_an_event_of_its_own_and_no_answer(silent):
    result = told("1", accepted=False, postponed=True, silent=silent, error="not tried")

    (event,) = of_webhook(result, told("2", accepted=False, held_back=True))

    assert event == {
        "event": "postponed",
        "id": "one",
        "id_label": digest_of("one"),
        "record": None,
        "job": "bb-" + digest_of("one")[:8],
        "status": 1,
        "endpoint": "http://caller.example",
        "silent": silent,
        "crowded": False,
        "error": "not tried",
    }
    words = f"{event['job']}: 1 pod started - postponed: not tried"
    assert events.line(event) == words


def test_a_kind_of_events_that_there_is_not_is_an_error():
    with pytest.raises(ValueError, match=r"the kind is 'line', and not one of .*lines.*read"):
        events.events(["a"], "line")
