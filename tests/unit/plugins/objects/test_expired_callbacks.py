"""Callbacks that nobody has accepted are kept for some days, and not for ever."""

import pytest
import yaml
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import (
    finalizers,
    keys,
    records,
    state,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.observability import events
from kit.builders.objects import digest_of, record
from kit.builders.statuses import CREATED_AT
from kit.paths import ROLES

DAY = 86400.0
DAYS = 30
TASKS = ROLES / "report/tasks"


def kept(day, message_id="one"):
    """A record that keeps an expired callback since a day, or as an older version wrote it."""
    made = record(message_id, uid=f"uid-of-{message_id}")
    made["metadata"]["labels"][keys.EXPIRED_LABEL] = day
    return made


def outdated(*things, days=DAYS, now=CREATED_AT):
    return finalizers.outdated(list(things), now, days)


@pytest.mark.parametrize(
    ("day", "is_over"),
    [("20251201", True), ("20251202", False), ("20260101", False), ("20240101", True)],
)
def test_what_is_kept_for_more_days_than_it_may_is_removed_and_nothing_else(day, is_over):
    assert outdated(kept(day)) == [kept(day)] * is_over
    assert outdated(kept(day), days="30", now=str(CREATED_AT)) == [kept(day)] * is_over


def test_with_no_days_it_is_kept_for_ever():
    assert outdated(kept("20200101"), days=0) == []


@pytest.mark.parametrize("day", ["true", "", None, "yesterday"])
def test_what_does_not_say_since_when_is_kept(day):
    assert outdated(kept(day), record("other")) == []


def test_more_days_than_there_have_been_keep_it():
    assert outdated(kept("20200101"), days=10**9) == []


def test_one_report_removes_no_more_than_it_has_time_for():
    many = [kept("20200101")] * (finalizers.MOST_OUTDATED + 1)

    assert len(outdated(*many)) == finalizers.MOST_OUTDATED


def test_those_alone_are_asked_for_that_are_to_be_removed():
    selector = finalizers.outdated_selector(str(CREATED_AT), "30")

    assert selector == ["sqs-k8s.jobs/id", "sqs-k8s.jobs/expired<20251202"]


def test_a_callback_that_expires_is_kept_with_its_day_and_its_messages_id():
    expired = {"id": "one", "id_label": digest_of("one"), "key": "2", "error": "no"}

    (made,) = records.expired_callback_records([expired], "jobs", CREATED_AT)

    assert (state.expired_on(made), state.message_id(made)) == ("20260101", "one")
    assert not state.is_managed(made)
    assert outdated(made, now=CREATED_AT + (DAYS + 1) * DAY) == [made]


def removed(*things, failed=()):
    """The events of records that were removed, but for those that could not be."""
    denied = {"error": {"msg": "no"}}
    results = [denied if one["metadata"]["uid"] in failed else {"result": {}} for one in things]
    return events.of_dropped(
        {"definitions": list(things), "result": {"result": {"results": results}}}
    )


def test_what_is_removed_untold_is_an_event_and_a_line():
    (event,) = removed(kept("20200101"), kept("20200101", "two"), failed=["uid-of-two"])

    assert event == {
        "event": "dropped",
        "id": "one",
        "id_label": digest_of("one"),
        "record": None,
        "error": "what was given up was kept for as long as report_expired_for allows",
    }
    assert events.line(event) == f"one: expired callbacks removed: {event['error']}"


def test_a_message_without_an_id_is_named_by_what_its_record_is_found_by():
    (event,) = removed(kept("20200101", None))

    assert event["id"] is None
    assert events.line(event).startswith(f"{event['id_label']}: expired callbacks removed")


def test_it_is_looked_for_where_more_is_kept_and_where_all_is_looked_at():
    _, block = yaml.safe_load((TASKS / "main.yml").read_text("utf-8"))
    *_, task = block["block"]

    assert task["ansible.builtin.include_tasks"] == "expired/delete_outdated.yml"
    assert task["when"] == (
        "report_expired_for | int > 0 and"
        " (report_digests | length == 0 or report_stored | length > 0)"
    )
