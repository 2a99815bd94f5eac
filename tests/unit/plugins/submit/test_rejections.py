"""A refused body binds itself alone: which record answers it, and by which delivery id."""

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import keys, state
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import callbacks
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.submit import (
    known_records,
    new_messages,
    outcomes,
    record_writes,
    rejections,
)
from kit.builders.creations import without_pilots
from kit.builders.objects import merged, record
from kit.builders.rendering import entry, message
from kit.builders.statuses import CREATED, CREATED_AT, ERROR

WEBHOOK = {"url": "http://caller.example"}
OK = {"ok": True, "error": None}
SKIPPED = {"skipped": True}


class Cluster:
    """The records of a cluster, and what submits put there."""

    def __init__(self):
        self.records = []
        self.rules_digest = "judge-1"
        self.now = CREATED_AT

    def submit(self, *entries):
        """Submit refused messages as a batch, and return their outcomes."""
        settled = outcomes.outcomes(list(entries), self.records, [], [], now=self.now)
        found = rejections.rejections(settled, self.rules_digest, "jobs", self.now)
        for patch in found["reopenings"]:
            self.records = [
                merged(one, patch) if state.object_ref(one) == about(patch) else one
                for one in self.records
            ]
        for one in found["records"]:
            seen = {"uid": "uid-of-" + one["metadata"]["name"], "resourceVersion": "1"}
            one["metadata"].update(seen, creationTimestamp=CREATED)
            self.records.append(one)
        return found["outcomes"]

    def told(self):
        """Have callers accept what is due, and return it."""
        due = callbacks.callbacks_due(self.records, [], self.now)
        done = {"metadata": {"labels": {keys.DONE_LABEL: "true"}}}
        own = {"metadata": {"annotations": {keys.REPORTED_PREFIX + "99": CREATED}}}
        self.records = [merged(one, done, own) for one in self.records]
        return [(one["id"], one["body"], one["delivery_id"]) for one in due]


def answered(settled, judge="judge-1", **results):
    """Rejections as the role asks for them."""
    return rejections.rejections(settled, judge, "jobs", CREATED_AT, **results)


def about(patch):
    names = {name: patch["metadata"][name] for name in ("namespace", "name", "uid")}
    return {"apiVersion": patch["apiVersion"], "kind": patch["kind"], "metadata": names}


def bad(send, key="0000", message_id="bad", **job):
    """The entry of a message that is not valid, as it came to SQS this time."""
    body = {**message(message_id, image="", **job), "webhook": WEBHOOK}
    return {**entry(body, key), "send": send}


@pytest.fixture
def cluster():
    return Cluster()


def test_a_refused_body_that_is_sent_again_unchanged_is_answered_by_the_same_99(cluster):
    cluster.submit(bad("send-1"))
    first = cluster.told()

    (again,) = cluster.submit(bad("send-2"))

    assert (again["outcome"], again["delivered"]) == ("rejected", None)
    assert cluster.told() == first
    assert len(first) == len(cluster.records) == 1


def test_what_sqs_redelivers_is_not_answered_twice(cluster):
    for send in ("send-1", "send-2"):
        cluster.submit(bad(send))
        cluster.told()

    both = cluster.submit(bad("send-1"), bad("send-2", "0001"))

    assert [(one["outcome"], one["delivered"]) for one in both] == [("rejected", True)] * 2
    assert cluster.told() == []


def test_after_a_change_of_what_judges_it_a_body_has_delivery_ids_of_its_own(cluster):
    heard = []
    for number, judge in enumerate(("judge-1", "judge-2", "judge-1")):
        cluster.rules_digest = judge
        cluster.submit(bad(f"send-{number}"))
        heard += cluster.told()

    assert len({body for _, body, _ in heard}) == 1
    assert len({delivery_id for *_, delivery_id in heard}) == len(heard) == 3


def test_a_delivery_id_tells_the_words_of_a_refusal_apart(cluster):
    cluster.submit(bad("send-1"))
    first = cluster.told()
    other = {"errorCode": "A103", "message": "namespaces no-such not found"}

    cluster.submit({**bad("send-2"), "error": other})

    assert {one[-1] for one in first}.isdisjoint(one[-1] for one in cluster.told())


def test_a_delivery_id_follows_from_the_body_and_not_from_the_id_alone(cluster):
    two = [bad("send-1"), bad("send-2", "0001", args=["another body"])]

    cluster.submit(*two)

    found = cluster.told()
    assert [one[0] for one in found] == ["bad", "bad"]
    starts = [one[-1].partition("-")[0] for one in found]
    assert starts == [one["body_sha256"][:32] for one in two]


def test_a_delivery_id_is_the_same_once_the_record_is_gone_and_made_anew(cluster):
    cluster.submit(bad("send-1"))
    first = cluster.told()
    cluster.records = []

    cluster.submit(bad("send-2"))

    assert cluster.told() == first


def test_twins_in_a_batch_are_answered_by_one_record_that_knows_both(cluster):
    both = cluster.submit(bad("send-1"), bad("send-2", "0001"))

    (made,) = cluster.records
    assert {one["record"] for one in both} == {state.rejection(made)}
    assert sorted(state.sends(made)) == ["send-1", "send-2"]


def test_a_body_that_is_sent_again_before_its_caller_was_told_waits_for_the_same_99(cluster):
    cluster.submit(bad("send-1"))

    (again,) = cluster.submit(bad("send-2"))

    assert again["record"] == state.rejection(cluster.records[0])
    assert len(cluster.told()) == 1
    assert cluster.submit(bad("send-2"))[0]["delivered"]


def test_a_run_without_sqs_ids_counts_as_sent_again(cluster):
    cluster.submit(bad(None))
    first = cluster.told()

    cluster.submit(bad(None))

    assert cluster.told() == first


def test_a_run_without_sqs_ids_before_its_caller_was_told_changes_nothing(cluster):
    cluster.submit(bad(None))
    before = list(cluster.records)

    cluster.submit(bad(None))

    assert cluster.records == before


def test_a_99_that_expired_is_tried_anew_and_kept_no_longer(cluster):
    cluster.submit(bad("send-1"))
    first = cluster.told()
    (kept,) = cluster.records
    kept["metadata"]["labels"][keys.EXPIRED_LABEL] = "true"
    kept["metadata"]["annotations"][keys.EXPIRED_PREFIX + "99"] = CREATED
    kept["data"] = {"99.json": "{}"}

    cluster.submit(bad("send-2"))

    (reopened,) = cluster.records
    assert keys.EXPIRED_LABEL not in reopened["metadata"]["labels"]
    assert reopened["data"] == {}
    assert cluster.told() == first


def test_what_a_record_remembers_is_bounded_and_the_oldest_goes_first(cluster, monkeypatch):
    monkeypatch.setattr(record_writes, "SENDS", 3)
    for number in range(5):
        cluster.now = CREATED_AT + number
        cluster.submit(bad(f"send-{number}"))

    (made,) = cluster.records
    assert sorted(state.sends(made)) == ["send-2", "send-3", "send-4"]


def test_a_record_stays_small_however_many_copies_of_a_body_come_at_once(cluster):
    for first in (0, 400):
        cluster.submit(*(bad(f"send-{number}") for number in range(first, first + 400)))

    (made,) = cluster.records
    assert len(state.sends(made)) == record_writes.SENDS
    assert len(json.dumps(made)) < 12_000


def test_a_message_whose_record_was_removed_meanwhile_is_tried_again(cluster):
    cluster.submit(bad("send-1"))
    settled = outcomes.outcomes([bad("send-2")], cluster.records, [], [])
    found = answered(settled)["outcomes"]

    (there,) = answered(found, patched={"patched": [OK]})["outcomes"]
    (gone,) = answered(found, patched={"patched": [{"ok": False, "error": "not found"}]})[
        "outcomes"
    ]

    assert there == found[0]
    assert (gone["outcome"], gone["error"]) == ("retry", None)
    assert gone["reason"] == "the record of its refusal could not be patched: not found"


def test_the_callers_of_refused_messages_hear_of_it_and_nobody_else_does():
    fine = {**entry({**message("fine"), "webhook": WEBHOOK}, "0001"), "send": "send-2"}
    no_webhook = {**entry(message("silent", image=""), "0002"), "send": "send-3"}
    ready = {"id_label": fine["id_label"], "body_sha256": fine["body_sha256"], "namespace": "jobs"}
    ready |= {"name": "t-1", "manifest": {"kind": "Job"}, "error": None, "fault": None}
    made = {"result": {"kind": "Job"}}

    settled = outcomes.outcomes(
        [bad("send-1"), fine, no_webhook], [], [ready], without_pilots(made)
    )
    found = answered(settled)

    (kept,) = found["records"]
    assert (state.message_id(kept), state.webhook(kept)) == ("bad", WEBHOOK["url"])
    assert kept["metadata"]["namespace"] == "jobs"
    assert [one["record"] is None for one in found["outcomes"]] == [False, True, True]


def test_a_record_of_an_earlier_version_answers_for_its_body_alone():
    own, other = bad("send-1"), bad("send-2", args=["another"])
    older = record("bad", annotations={"body-sha256": own["body_sha256"]})

    known = known_records.by_body([older])

    assert known_records.of_send(own, known) == older
    assert known_records.of_send(other, known) is None


@pytest.mark.parametrize(
    "other",
    [
        {"queue": "arn:b"},
        {"queue": "arn:a", "sender": "B", "id_label": "scoped", "unscoped_label": "plain"},
    ],
)
def test_what_another_queue_or_scope_has_sent_is_answered_by_a_record_of_its_own(cluster, other):
    own = {"queue": "arn:a", "sender": "A"}
    for number, one in enumerate((own, other, own)):
        cluster.submit({**bad(f"send-{number}"), **one})

    first, second = cluster.records
    assert state.source(first) == ("arn:a", "A")
    assert state.source(second) == (other["queue"], other.get("sender", ""))
    assert sorted(state.sends(first)) == ["send-0", "send-2"]
    due = callbacks.callbacks_due(cluster.records, [], CREATED_AT)
    assert [(one["queue"], one["sender"] or "") for one in due] == [
        state.source(one) for one in cluster.records
    ]
    assert len({one["delivery_id"] for one in due}) == 2


def test_a_dead_letter_that_somebody_else_sends_again_is_answered_by_the_same_99(cluster):
    cluster.submit({**bad("send-1"), "queue": "arn:a", "sender": "A"})
    first = cluster.told()

    cluster.submit({**bad("send-2"), "queue": "arn:a", "sender": "operator"})

    assert cluster.told() == first
    assert state.source(cluster.records[0]) == ("arn:a", "A")


def test_a_record_of_before_sources_were_written_down_answers_its_body_whoever_sends_it(cluster):
    cluster.submit(bad("send-1"))
    first = cluster.told()

    cluster.submit({**bad("send-2"), "queue": "arn:a", "sender": "A"})

    assert cluster.told() == first


@pytest.mark.parametrize("rejection", ["body-1", None])
@pytest.mark.parametrize(("after", "is_bound"), [(-1.0, True), (0.0, False)])
def test_an_expired_callback_keeps_no_id_bound_after_the_window(rejection, after, is_bound):
    own = bad("send-1")
    told = {"expired-99": CREATED, "sent-send-1": CREATED, "next-look": CREATED}
    kept = record(
        "bad",
        rejection=rejection,
        done=True,
        annotations={**told, "body-sha256": own["body_sha256"]},
    )
    kept["metadata"]["labels"][keys.EXPIRED_LABEL] = "true"

    now = CREATED_AT + after

    (one,) = outcomes.outcomes([own], [kept], [], [], now=now)
    assert (one["delivered"] is True) == is_bound
    valid = {**own, "error": None}
    assert (new_messages.new_messages([valid], [kept], now=now) == []) == is_bound


def test_a_record_that_binds_nothing_any_more_answers_its_body_where_it_is_sent_again(cluster):
    cluster.submit(bad("send-1"))
    first = cluster.told()
    (kept,) = cluster.records
    kept["metadata"]["labels"][keys.EXPIRED_LABEL] = "true"

    cluster.submit(bad("send-1"))

    assert cluster.told() == first
    assert len(cluster.records) == 1


def test_a_record_whose_callback_was_accepted_answers_redeliveries_as_long_as_it_is_there():
    own = bad("send-1")
    told = {"body-sha256": own["body_sha256"], "sent-send-1": CREATED, "next-look": CREATED}
    accepted = record("bad", rejection="body-1", done=True, annotations=told)

    assert known_records.binding([accepted], CREATED_AT + 86400) == [accepted]
    (one,) = outcomes.outcomes([own], [accepted], [], [])
    assert one["delivered"] is True


def test_a_rejected_message_whose_record_cannot_be_created_is_put_off_and_others_are_not():
    entries = [bad("send-1", "0001", "a"), bad("send-2", "0002", "b")]
    found = answered(outcomes.outcomes(entries, [], [], []))
    words = {"msg": 'Failed to create object: b\'{"code": 403, "message": "no"}\''}
    made = {"result": {"results": [{"error": words}, {"result": {}}]}}

    first, other = answered(found["outcomes"], created=[made, SKIPPED])["outcomes"]

    assert (first["outcome"], first["fault"], first["error"]) == ("retry", True, None)
    assert first["reason"] == "its record cannot be kept: no"
    assert first["namespace"] is None  # where it was to run is not what is at fault
    assert other == found["outcomes"][1]


def test_of_two_attempts_to_create_records_the_last_counts():
    found = answered(outcomes.outcomes([bad("send-1")], [], [], []))["outcomes"]
    words = {"msg": 'Failed to create object: b\'{"code": 404, "message": "no namespace"}\''}

    assert answered(found, created=[{"error": words}, {"result": {}}])["outcomes"] == found


def test_outcomes_that_name_their_records_keep_them_whatever_judges_then():
    found = answered(outcomes.outcomes([bad("send-1")], [], [], []))["outcomes"]

    assert answered(found, "judge-2", created=[SKIPPED, SKIPPED])["outcomes"] == found


@pytest.mark.parametrize("text", ["", "x", "²"])
def test_a_generation_that_somebody_has_broken_by_hand_counts_as_the_first(text):
    assert state.generation(record(annotations={"generation": text})) == 0


def test_the_error_of_what_was_refused_is_in_its_record(cluster):
    cluster.submit({**bad("send-1"), "error": ERROR})

    assert state.error(cluster.records[0]) == ERROR
