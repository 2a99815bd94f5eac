"""A Job's annotations that somebody else wrote: they keep no other Job from its report."""

from __future__ import annotations

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import state
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.observability import events, job_table
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import receipts
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.actions import pending_actions
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.exceptional import terminations
from hypothesis import example, given
from hypothesis import strategies as st
from kit.builders.objects import job, pod
from kit.builders.statuses import CREATED_AT, FAILED
from sqs_k8s_jobs.cluster import object_store, predicates

LIMITS = dict.fromkeys(
    ("deduplication_window", "start_timeout", "end_timeout", "suspend_timeout"), 600.0
)
LIMITS.update(retry_backoff=5.0, retry_backoff_max=900.0, retry_max_age=86400.0)
FIELDS = ("since", "tries", "tried", "next", "status", "error", "at", "words", "podId", "errorCode")
NAMES = ("retry", "error", "pod-reasons", "next-look", "nudged", "detail-1", "detail-3")
MORE = ("detail-x", "reported-1", "reported-x", "expired-3")
values = st.one_of(
    *(st.none(), st.booleans(), st.floats(), st.text(max_size=3), st.just([]), st.just({})),
    st.sampled_from([-(10**400), 10**400, -1, 0, 10**15]),
)
flat = st.dictionaries(st.sampled_from(FIELDS), values, max_size=4)
given_values = st.dictionaries(st.sampled_from(FIELDS), st.one_of(values, flat), max_size=5)


def as_read(thing, now=CREATED_AT):
    """All that a report and the watch make of a Job, with a Pod of it."""
    pods = [pod(phase="Failed")]
    found = pending_actions([thing, job("other", uid="uid-of-other")], pods, now, LIMITS)
    due = [json.loads(one) for one in found["callbacks"]]
    refused = [{**one, "accepted": False, "error": "no"} for one in due]
    receipts.receipt_patches(refused, now, LIMITS)
    terminations.to_delete([thing], pods, False)
    job_table.table([thing], pods, now)
    for event in events.of_answers(refused):
        assert set(event["error_detail"] or {}) <= {"errorCode", "message"}
        events.line(event)
    predicates.job_requeue_after(thing, now)
    object_store.waits_since(thing)
    assert [one["id"] for one in due if one["id"] == "other"]


@given(st.dictionaries(st.sampled_from([*NAMES, *MORE]), given_values, max_size=4))
@example({"retry": {"next": "soon"}})
@example({"retry": {"tries": -(10**400)}})
@example({"retry": {"since": 10**400}})
@example({"error": {"message": "no code"}})
@example({"detail-3": {"error": {"action": "a", "errorCode": "A108"}}})
@example({"detail-1": {"podId": []}})
@example({"detail-x": {}, "reported-x": {}})
@example({"pod-reasons": {"SchedulingGated": {"at": 10**400}}})
def test_a_report_reads_whatever_stands_in_the_annotations_of_a_job(written):
    for more in ({}, {"ended": FAILED, "failed": 1}):
        as_read(job(annotations=written, **more))


@pytest.mark.parametrize("text", ["tomorrow", "0001-01-01T00:00:00", "9999-12-31T23:59:59-23:59"])
def test_the_watch_reads_whatever_stands_for_the_next_look(text):
    thing = job(settled="0")
    thing["metadata"]["annotations"]["sqs-k8s.jobs/next-look"] = text

    assert predicates.job_requeue_after(thing, CREATED_AT) is not None
    assert state.next_look(thing) is not None
