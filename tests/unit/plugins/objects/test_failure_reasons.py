"""Why a Job failed or does not start: kept while pods show it, told when they are gone."""

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import failure_reasons, state
from kit.builders.objects import annotated, job, merged, pod, strangers_job
from kit.builders.statuses import (
    CREATED,
    CREATED_AT,
    ERROR,
    FAILED,
    JOB_UID,
    condition,
    scheduling,
    terminated,
    waiting,
)

NOW = CREATED_AT + 9
DEADLINE = condition("Failed", "DeadlineExceeded", "Job was active longer than specified deadline")
NOWHERE = pod("p", "Pending", start=None, conditions=[scheduling("Unschedulable", "0/3 nodes")])
UNPULLED = pod("p", "Pending", container=waiting("ErrImagePull", message="not found"))
BROKEN = pod("p", "Failed", container=terminated(3))
GATED = pod("p", "Pending", start=None, conditions=[scheduling("SchedulingGated")])


def kept(*looks, thing=None):
    """A Job after reports that saw these pods, one after the other."""
    seen = thing or job(settled="0", startTime=CREATED)
    for number, pods in enumerate(looks):
        seen = merged(seen, *failure_reasons.notes([seen], {JOB_UID: pods}, NOW + number))
    return seen


def ended(seen, end=DEADLINE):
    return {**seen, "status": {**seen["status"], "conditions": [end]}}


def test_a_jobs_failure_is_its_condition_and_the_last_pod_that_failed():
    pods = [
        pod("b", "Failed", start="2026-01-01T00:00:09Z", container=terminated(3)),
        pod("a", "Failed", start="2026-01-01T00:00:01Z", container=terminated(2)),
    ]

    for order in (pods, pods[::-1]):
        assert failure_reasons.failure(job(ended=FAILED), order) == (
            "BackoffLimitExceeded: Job has reached the specified backoff limit;"
            " pod b: container job: Error, exit code 3"
        )


def test_a_failure_has_words_even_where_the_cluster_has_none():
    assert failure_reasons.failure(job(ended=condition("Failed"))) == "the Job failed"


@pytest.mark.parametrize(
    ("looks", "words"),
    [
        ([[NOWHERE]], "Unschedulable: 0/3 nodes"),
        ([[UNPULLED]], "ErrImagePull: not found"),
        ([[NOWHERE], [UNPULLED]], "ErrImagePull: not found"),
    ],
)
def test_why_a_pod_never_started_is_told_with_the_deadline_although_the_pod_is_gone(looks, words):
    assert failure_reasons.failure(ended(kept(*looks))) == (
        f"DeadlineExceeded: Job was active longer than specified deadline; a pod waited: {words}"
    )


def test_why_a_pod_failed_is_told_although_it_is_gone():
    assert failure_reasons.failure(ended(kept([BROKEN]), FAILED)).endswith(
        "; pod p: container job: Error, exit code 3"
    )


def test_what_a_pod_waited_for_before_it_ran_is_no_reason_of_its_jobs_failure():
    seen = kept([NOWHERE])

    assert "waited" not in failure_reasons.failure(ended(seen), [pod()])
    started = merged(seen, {"metadata": {"annotations": {"sqs-k8s.jobs/detail-1": "{}"}}})
    assert "waited" not in failure_reasons.failure(ended(started))


def test_after_a_failure_it_is_told_why_the_next_pod_waits():
    started = job(settled="0", annotations={"detail-1": {"podId": "u", "podName": "p"}})
    lost = kept([BROKEN], [NOWHERE], thing=started)

    assert failure_reasons.failure(ended(lost)).endswith(
        "; pod p: container job: Error, exit code 3; a pod waited: Unschedulable: 0/3 nodes"
    )


def test_what_the_pods_show_now_comes_after_what_was_kept():
    other = pod("q", "Failed", container=terminated(4))

    assert failure_reasons.failure(ended(kept([BROKEN]), FAILED), [other]).endswith("exit code 4")
    assert failure_reasons.wait(kept([UNPULLED]), [NOWHERE]) == "Unschedulable: 0/3 nodes"
    assert failure_reasons.wait(kept([UNPULLED]), []) == "ErrImagePull: not found"
    assert failure_reasons.wait(job(), []) is None


def test_each_reason_is_kept_once():
    once = kept([NOWHERE])

    assert list(state.reasons(once)) == ["Unschedulable"]
    assert failure_reasons.unstored(once, [NOWHERE], NOW) is None
    assert list(state.reasons(kept([NOWHERE], [UNPULLED], [NOWHERE]))) == [
        "Unschedulable",
        "ErrImagePull",
    ]


def test_no_more_than_a_few_reasons_are_kept_however_many_there_are_and_little_of_each():
    looks = [
        [pod("p", "Failed", reason=f"R{code}", message="x" * 9999, container=terminated(code))]
        for code in range(1, 20)
    ]

    found = annotated(kept(*looks))["pod-reasons"]

    assert len(json.loads(found)) == failure_reasons.KEPT
    assert len(found) < 8192


def test_a_thousand_pods_that_fail_alike_are_one_reason():
    pods = [pod(f"p{number}", "Failed", container=terminated(3)) for number in range(1000)]

    assert len(state.reasons(kept(pods))) == 1


@pytest.mark.parametrize(
    "seen",
    [
        job(ended=FAILED),
        job(annotations={"error": ERROR}),
        job(done=True),
        {**strangers_job(), "metadata": {**strangers_job()["metadata"], "uid": JOB_UID}},
    ],
)
def test_nothing_is_kept_on_a_job_that_has_its_end_or_is_not_ours(seen):
    assert failure_reasons.notes([seen], {JOB_UID: [BROKEN]}, NOW) == []


@pytest.mark.parametrize("text", ["[]", "{", '{"Unschedulable": 1}', '{"A": {}}'])
def test_reasons_that_somebody_broke_by_hand_are_no_error(text):
    broken = job(annotations={"pod-reasons": text})

    assert failure_reasons.failure(ended(broken)).startswith("DeadlineExceeded")
    assert failure_reasons.waiting_since(broken, []) is None


def test_a_job_whose_pod_is_held_back_by_a_gate_does_not_wait():
    assert failure_reasons.waiting_since(job(startTime=CREATED), [GATED]) is None
    assert failure_reasons.waiting_since(job(startTime=CREATED), [NOWHERE]) == CREATED_AT


def test_after_a_gate_the_time_counts_from_what_came_next():
    gated = kept([GATED])
    scheduled = {
        "type": "PodScheduled",
        "status": "True",
        "lastTransitionTime": "2026-01-01T02:00:00Z",
    }
    placed = pod("p", "Pending", conditions=[scheduled])

    assert failure_reasons.waiting_since(gated, []) is None
    assert failure_reasons.waiting_since(gated, [placed]) == CREATED_AT + 7200
    assert failure_reasons.waiting_since(kept([GATED], [NOWHERE]), [NOWHERE]) == NOW + 1


def deleted(name="p", **more):
    """A Pod that runs, and that somebody has deleted."""
    found = pod(name, **more)
    found["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:30Z"
    return found


DELETED = "pod p: Deleted: the Pod was deleted before it ended"


def test_that_a_pod_was_deleted_by_hand_is_told_although_it_is_gone():
    assert failure_reasons.failure(ended(kept([deleted()]), FAILED)) == (
        f"BackoffLimitExceeded: Job has reached the specified backoff limit; {DELETED}"
    )


@pytest.mark.parametrize("first", ["b", "z"])
def test_of_a_job_whose_other_pods_were_deleted_for_one_that_failed_that_one_is_told(first):
    failed = pod("p", "Failed", container=terminated(3))
    stopped = deleted(first, container=terminated(143))

    for seen, pods in ((job(), [failed, stopped]), (kept([failed], [failed, stopped]), [])):
        words = failure_reasons.failure(ended(seen, FAILED), pods)
        assert words.endswith("; pod p: container job: Error, exit code 3")


def test_pods_that_their_jobs_deadline_deletes_are_no_reason_beside_it():
    words = "DeadlineExceeded: Job was active longer than specified deadline"

    assert failure_reasons.failure(ended(kept([deleted()]))) == words
    assert failure_reasons.failure(ended(job()), [deleted()]) == words


@pytest.mark.parametrize(
    "seen",
    [
        job(deleted=True),
        {**job(), "spec": {"suspend": True}},
        job(ended=condition("FailureTarget", "DeadlineExceeded")),
        job(ended=condition("SuccessCriteriaMet")),
    ],
)
def test_a_deletion_that_follows_from_the_jobs_own_is_not_kept(seen):
    assert failure_reasons.unstored(seen, [deleted()], NOW) is None


def test_a_deletion_by_which_the_backoff_limit_is_exceeded_is_kept():
    seen = job(ended=condition("FailureTarget", "BackoffLimitExceeded"))

    assert failure_reasons.unstored(seen, [deleted()], NOW) is not None
