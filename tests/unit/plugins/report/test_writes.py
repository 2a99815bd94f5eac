"""Failed writes of Jobs and records: no callback is sent, and the operator is told."""

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import records
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.observability import events
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import (
    callbacks,
    deliveries,
    receipts,
    retries,
    writes,
)
from kit.builders.objects import annotated, digest_of, job, pod, record
from kit.builders.statuses import COMPLETE, JOB_UID
from kit.models.reports import LIMITS, NOW, answered, due

STARTED = (job("a"), [pod("p")])
WELL = {"ok": True, "error": None, "fault": False}
DENIED = {"ok": False, "error": 'jobs.batch "{}" is forbidden: no', "fault": True}
CHANGED = {"ok": False, "error": "the object has been modified", "fault": False}


def result(said, uid=JOB_UID):
    return {**said, "uid": uid}


def sent(found, *results):
    return [one["key"] for one in deliveries.sendable(found, {"patched": list(results)})]


def test_where_a_write_failed_lately_something_is_written_before_anything_is_sent():
    found = due(job("a"))

    (patch,) = writes.checks(found, ["default"], NOW)

    assert patch["metadata"]["uid"] == JOB_UID
    assert list(annotated(patch)) == ["checked"]
    assert "resourceVersion" not in patch["metadata"]
    assert writes.checks(found, ["other"], NOW) == []


def test_what_has_details_to_write_down_is_tried_by_these():
    thing, pods = STARTED

    assert writes.checks(due(thing, pods=pods), ["default"], NOW) == []


def test_a_record_is_tried_as_a_job_is():
    (patch,) = writes.checks(due(record("bad")), ["default"], str(NOW))

    assert patch["kind"] == "ConfigMap"


@pytest.mark.parametrize(("said", "keys"), [(WELL, ["0"]), (DENIED, []), (CHANGED, [])])
def test_nothing_is_sent_for_a_job_that_could_not_be_written(said, keys):
    assert sent(due(job("a")), result(said)) == keys


@pytest.mark.parametrize(("said", "keys"), [(WELL, ["0", "1"]), (DENIED, []), (CHANGED, ["0"])])
def test_details_that_are_denied_keep_back_what_comes_before_them(said, keys):
    thing, pods = STARTED

    assert sent(due(thing, pods=pods), result(said)) == keys


def test_checks_come_after_details_and_each_holds_for_its_own_job():
    things = [job(one, uid=f"uid-{one}") for one in "abc"]
    found = due(*things, pods=[pod("p", owner="uid-b")])
    results = [result(WELL, "uid-b"), result(DENIED, "uid-a"), result(WELL, "uid-c")]

    going = deliveries.sendable(found, {"patched": results})

    assert [(one["id"], one["key"]) for one in going] == [("b", "0"), ("b", "1"), ("c", "0")]


def test_what_kubernetes_core_says_is_put_as_patch_says_it():
    words = 'Failed to delete object: b\'{"code": 403, "message": "no"}\''
    two = {"result": {"results": [{"error": {"msg": words}}, {"result": {}}]}}
    things = [job("a"), job("b", uid="uid-b")]

    first, second = writes.of_k8s(two, things)["patched"]

    assert (first["ok"], first["fault"], first["error"]) == (False, True, "no")
    assert (second["ok"], second["fault"], second["uid"]) == (True, False, "uid-b")
    assert writes.of_k8s({"skipped": True}, things) == {"patched": []}
    one = writes.of_k8s({"error": {"msg": words}}, things[:1])
    assert writes.faults([one, {}, {"skipped": True}]) == [first]


def test_what_could_not_be_kept_has_not_expired_yet():
    unheard = answered(due(job("a")), accepting=0)
    limits = {**LIMITS, "retry_max_age": 0.0}
    kept = records.expired_callback_records(retries.expired(unheard, NOW, limits), "default", 0.0)
    failed = writes.unstored(kept, {"error": {"msg": "no"}})

    (patch,) = receipts.receipt_patches(unheard, NOW, limits, failed)
    (with_room,) = receipts.receipt_patches(
        unheard, NOW, limits, writes.unstored(kept, {"result": {}})
    )

    assert failed == [digest_of("a")]
    assert "expired-0" not in annotated(patch)
    tries = json.loads(annotated(patch)["retry"])
    assert tries["next"] > NOW
    assert "expired-0" in annotated(with_room)


def test_a_fault_is_an_event_with_namespace_and_the_same_words_for_each_job():
    things = [job(one, uid=f"uid-{one}") for one in "ab"]
    results = [
        {**DENIED, "uid": one["metadata"]["uid"], "error": DENIED["error"].format(name)}
        for one in things
        for name in [one["metadata"]["name"]]
    ]

    first, second = writes.events(results, things)

    assert (first["event"], first["kind"], first["namespace"]) == ("unwritten", "Job", "default")
    assert first["id_label"] == digest_of("a")
    assert first["error"] == second["error"] == "jobs.batch is forbidden: no"
    assert events.line(first) == (
        f"{things[0]['metadata']['name']}: Job in default not written: {first['error']}"
    )


def test_a_fault_may_be_of_what_a_callback_is_about_or_of_a_record_that_is_not_there():
    (callback,) = due(job("a"))
    (letter,) = records.expired_callback_records([{**callback, "error": "no"}], "kept-here", 0.0)
    failed = writes.of_k8s({"error": {"msg": "no"}}, [letter])["patched"]

    (of_callback,) = writes.events([result(DENIED)], [json.dumps(callback)])
    (of_record,) = writes.events(failed, [])

    assert (of_callback["kind"], of_callback["id_label"]) == ("Job", digest_of("a"))
    assert (of_record["kind"], of_record["namespace"]) == ("ConfigMap", "kept-here")
    assert of_record["id_label"] == digest_of("a")


def test_new_jobs_where_none_can_be_written_are_left_to_a_report():
    made = {"result": {**job("a"), "metadata": job("a")["metadata"]}, "changed": True}

    assert callbacks.inline_callbacks([made], NOW, []) != []
    assert callbacks.inline_callbacks([made], NOW, [], ["default"]) == []


def test_a_job_that_is_over_is_still_sent_once_it_can_be_written():
    found = due(job("a", ended=COMPLETE, succeeded=1))

    assert sent(found, result(WELL)) == ["0", "1", "2"]
