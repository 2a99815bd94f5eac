"""The end of a failed container's log: told with the failure, once, and no more than is wanted."""

from __future__ import annotations

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils import failure_logs
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.callbacks import callbacks_due
from support.objects import COMPLETE, FAILED, JOB_UID, job, pod, terminated

BROKEN = pod("a", "Failed", container=terminated(3))


def due(thing, *pods):
    return callbacks_due([thing], list(pods), 0)


def read(callbacks, log, *pods):
    loop = failure_logs.failed_containers(callbacks, list(pods))
    return [{"report_failed": one, "log": log} for one in loop]


def told(callbacks):
    """The details of these callbacks, by their status."""
    return {one["status"]: json.loads(one["body"])["detail"] for one in callbacks}


def test_a_failure_tells_the_end_of_the_log_and_other_callbacks_do_not():
    callbacks = due(job(ended=FAILED), BROKEN)

    details = told(failure_logs.with_logs(callbacks, read(callbacks, "one\ntwo\n", BROKEN), 4))

    assert details[3]["log"] == "two\n"
    assert details[3]["error"] == told(callbacks)[3]["error"]
    assert "log" not in details[0]


@pytest.mark.parametrize(("limit", "log"), [(99, "xéé"), (5, "xéé"), (4, "éé"), (3, "é")])
def test_a_log_is_cut_between_characters(limit, log):
    callbacks = due(job(ended=FAILED), BROKEN)

    found = failure_logs.with_logs(callbacks, read(callbacks, "xéé", BROKEN), limit)

    assert told(found)[3]["log"] == log


def test_a_log_with_half_a_character_is_told_all_the_same():
    callbacks = due(job(ended=FAILED), BROKEN)

    found = failure_logs.with_logs(callbacks, read(callbacks, "a\ud800b", BROKEN), 99)

    assert told(found)[3]["log"] == "a?b"


def test_no_log_is_longer_than_an_annotation_may_keep():
    callbacks = due(job(ended=FAILED), BROKEN)

    found = failure_logs.with_logs(callbacks, read(callbacks, "x" * 99999, BROKEN), 99999)

    assert len(told(found)[3]["log"]) == failure_logs.MAX_BYTES


def test_of_several_pods_it_is_the_last_that_failed():
    first = pod("a", "Failed", start="2026-01-01T00:00:01Z", container=terminated(3))
    last = pod("b", "Failed", start="2026-01-01T00:00:02Z", container=terminated(4))
    fine = pod("c", "Succeeded", start="2026-01-01T00:00:03Z", container=terminated(0, "Completed"))
    callbacks = due(job(ended=FAILED), last, first, fine)

    (one,) = failure_logs.failed_containers(callbacks, [last, first, fine])

    assert one == {"namespace": "default", "pod": "b", "container": "job", "job": JOB_UID}


@pytest.mark.parametrize(
    ("thing", "pods"), [(job(ended=COMPLETE), [BROKEN]), (job(ended=FAILED), []), (job(), [BROKEN])]
)
def test_what_has_not_failed_or_left_no_pod_has_no_log(thing, pods):
    callbacks = due(thing, *pods)

    assert failure_logs.failed_containers(callbacks, pods) == []
    assert failure_logs.with_logs(callbacks, [], 100) == callbacks


def test_a_failure_that_was_written_down_stays_as_it_was():
    written = job(ended=FAILED)
    written["metadata"]["annotations"]["sqs-k8s.jobs/detail-3"] = json.dumps({"error": {}})
    callbacks = due(written, BROKEN)

    assert failure_logs.failed_containers(callbacks, [BROKEN]) == []


def test_a_log_that_could_not_be_read_is_left_out():
    callbacks = due(job(ended=FAILED), BROKEN)
    (result,) = read(callbacks, "", BROKEN)
    del result["log"]

    assert failure_logs.with_logs(callbacks, [result], 100) == callbacks
