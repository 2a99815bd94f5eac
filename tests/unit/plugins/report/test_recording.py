"""Results of attempts, as the filters deliveries and receipts give them to the role."""

from __future__ import annotations

import json

from ansible_collections.sqs_k8s.jobs.plugins.module_utils.observability import events
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import (
    receipts,
    recording,
    retries,
    writes,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.deliveries import (
    deliveries,
    detail_patches,
)
from ansible_collections.sqs_k8s.jobs.plugins.test.write import is_unwritten
from kit.builders.objects import annotated, digest_of, job, pod
from kit.builders.statuses import COMPLETE
from kit.models.reports import LIMITS, NOW, WRITTEN, answered, due

OVER = {**LIMITS, "retry_max_age": 0.0}
DENIED = {"error": {"msg": 'Failed to create object: b\'{"code": 403, "message": "no"}\''}}


def texts(callbacks_due):
    return [json.dumps(one) for one in callbacks_due]


def test_details_and_checks_are_written_before_anything_is_sent():
    found = due(job("a"), job("b", uid="uid-b"), pods=[pod("p")])

    before = deliveries(texts(found), ["default"], NOW)
    nothing = deliveries(texts(found), ["default"], NOW, {})

    details, check = before["patches"]
    assert details == detail_patches(found)[0]
    assert check == writes.checks(found, ["default"], NOW)[0]
    assert nothing == before


def test_what_could_be_written_is_sent_as_it_was():
    found = due(job("a"), pods=[pod("p")])

    after = deliveries(texts(found), [], NOW, WRITTEN)

    assert after["callbacks"] == texts(found)
    assert deliveries(found, [], NOW, WRITTEN) == after


def test_what_needs_no_patch_is_sent_where_the_task_was_skipped():
    found = deliveries(texts(due(job("a"))), [], NOW, {"skipped": True})

    assert found["patches"] == []
    assert [json.loads(one)["key"] for one in found["callbacks"]] == ["0"]


def test_an_accepted_callback_has_a_receipt_and_nothing_else_follows():
    results = answered(due(job("a")))

    found = recording.receipts(texts(results), NOW, LIMITS, "kept-here", {})

    assert found["patches"] == receipts.receipt_patches(results, NOW, LIMITS)
    assert [found[name] for name in ("records", "expired", "accepted", "failed")] == [[]] * 4


def test_what_has_expired_is_stored_and_has_expired_unless_it_could_not_be():
    results = answered(due(job("a"), job("b", uid="uid-b")), accepting=0)
    both = {"result": {"results": [{"result": {}}, DENIED]}}

    first = recording.receipts(results, NOW, OVER, "kept-here")
    found = recording.receipts(results, NOW, OVER, "kept-here", both)

    assert [one["metadata"]["namespace"] for one in first["records"]] == ["kept-here"] * 2
    assert found["records"] == first["records"]
    assert [one["id"] for one in first["expired"]] == ["a", "b"]
    assert [one["id"] for one in found["expired"]] == ["a"]
    assert [one["id"] for one in found["failed"]] == ["a", "b"]
    of_a, of_b = found["patches"]
    assert "expired-0" in annotated(of_a)
    assert "expired-0" not in annotated(of_b)


def test_what_an_endpoint_that_is_gone_did_not_accept_is_given_up_no_sooner_than_it_is_stored():
    tries = {"since": NOW - 9, "tried": NOW - 9, "tries": retries.GONE_TRIES, "next": NOW}
    told = answered(due(job("a", annotations={"retry": tries})), accepting=0)
    results = [{**one, "code": retries.GONE} for one in told]

    first = recording.receipts(results, NOW, LIMITS, "kept-here")
    found = recording.receipts(results, NOW, LIMITS, "kept-here", {"result": {"results": [DENIED]}})

    (over,), (open_still,) = first["patches"], found["patches"]
    assert [one["id"] for one in first["expired"]] == ["a"]
    assert found["expired"] == []
    assert "expired-0" in annotated(over)
    assert "expired-0" not in annotated(open_still)
    assert json.loads(annotated(open_still)["retry"])["next"] > NOW


def test_of_stored_callbacks_the_records_are_named_of_which_all_were_accepted():
    records = [{"metadata": {"uid": uid}} for uid in "ab"]
    results = [
        {"stored_in": records[0], "accepted": True},
        {"stored_in": records[1], "accepted": True},
        {"stored_in": records[1], "accepted": False},
    ]

    found = recording.receipts(texts(results))

    assert (found["accepted"], found["failed"]) == (records[:1], results[2:])
    assert [found[name] for name in ("patches", "records", "expired")] == [[]] * 3
    assert recording.receipts([])["accepted"] == []


def test_failed_writes_of_each_kind_are_events():
    over = job("a", ended=COMPLETE, succeeded=1)
    patched = {"patched": [{"ok": False, "fault": True, "error": "no", "uid": "uid-b"}]}
    deleted = {"definitions": [over], "result": DENIED}
    objects = [over, job("b", uid="uid-b")]

    found = events.of_unwritten({"objects": objects, "writes": [{}, patched, deleted]})

    assert [one["id_label"] for one in found] == [digest_of("b"), digest_of("a")]
    assert [is_unwritten(one) for one in ({}, patched, deleted)] == [False, True, True]
    assert events.of_unwritten({"objects": objects, "writes": [{"skipped": True}, WRITTEN]}) == []
