"""Jobs that would never end: their Pods do not go, or nobody lets them start."""

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import actions
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.exceptional import (
    never_ending,
    terminations,
)
from kit.builders.objects import annotated, job, pod, strangers_job
from kit.builders.statuses import COMPLETE, CREATED, CREATED_AT, ERROR, FAILED, condition, running
from sqs_k8s_jobs.cluster import predicates

LIMITS = {"deduplication_window": 3600.0, "end_timeout": 3600.0, "suspend_timeout": 60.0}
FAILING = {
    **condition("FailureTarget", "DeadlineExceeded", "Job was active too long"),
    "lastTransitionTime": CREATED,
}
DONE = {**condition("SuccessCriteriaMet", "CompletionsReached"), "lastTransitionTime": CREATED}
LATE = CREATED_AT + 3600
LOST = pod("p", container=running())
LOST["metadata"]["deletionTimestamp"] = CREATED
LOST["spec"] = {"nodeName": "node-7"}


def error_of(seen, *pods, now=LATE, limits=LIMITS):
    patches = terminations.decided([seen], list(pods), [], now, {"start_timeout": 1e6, **limits})
    return [json.loads(annotated(patch)["error"]) for patch in patches]


def suspended(*conditions, **more):
    seen = job(**more)
    seen["spec"] = {"suspend": True}
    seen["status"]["conditions"] += conditions
    return seen


def test_a_failed_job_whose_pods_do_not_end_has_an_end_of_its_own_code():
    (error,) = error_of(job(ended=FAILING, active=0, terminating=1), LOST)

    assert error["errorCode"] == "A115"
    assert error["message"] == (
        "the Job has failed (DeadlineExceeded: Job was active too long), but its Pods have not "
        f"ended within 3600 s: p on node-7 is Terminating since {CREATED}"
    )


def test_so_has_one_that_met_its_success_criteria_and_whose_pods_nobody_sees():
    (error,) = error_of(job(ended=DONE))

    assert error["message"].startswith("the Job has met its success criteria (CompletionsReached)")
    assert error["message"].endswith("none of them is there")


def test_of_many_pods_a_few_are_named():
    (error,) = error_of(job(ended=FAILING), *(pod(f"p{number}") for number in range(5)))

    assert error["message"].endswith(
        "p1 on its node is Running, p2 on its node is Running, and 2 more"
    )


@pytest.mark.parametrize(
    ("seen", "now", "limits"),
    [
        (job(ended=FAILING), LATE - 1, LIMITS),
        (job(ended=FAILING), LATE * 2, {**LIMITS, "end_timeout": 0}),
        (job(ended=FAILING), LATE * 2, {}),
        (job(ended=condition("FailureTarget", status="False")), LATE * 2, LIMITS),
        (job(ended=FAILED), LATE * 2, LIMITS),
        (job(ended=COMPLETE), LATE * 2, LIMITS),
        (job(ended=FAILING, annotations={"error": ERROR}), LATE * 2, LIMITS),
        (job(ended=FAILING, done=True), LATE * 2, LIMITS),
        ({**strangers_job(), "status": {"conditions": [FAILING]}}, LATE * 2, LIMITS),
        (suspended(), CREATED_AT + 59, LIMITS),
        (suspended(), LATE * 2, {**LIMITS, "suspend_timeout": 0}),
        (job(), LATE * 2, LIMITS),
    ],
)
def test_a_job_that_has_time_left_or_has_ended_goes_on(seen, now, limits):
    assert error_of(seen, now=now, limits=limits) == []


def test_a_job_that_is_never_admitted_has_an_end_where_the_operator_wants_it():
    (error,) = error_of(suspended(), now=CREATED_AT + 60)

    assert error == {
        "errorCode": "A116",
        "message": "the Job was suspended for longer than 60 s",
    }


def test_a_job_that_is_suspended_again_has_its_time_anew():
    again = {**condition("Suspended"), "lastTransitionTime": "2026-01-01T00:10:00Z"}

    assert error_of(suspended(again), now=CREATED_AT + 600) == []
    assert len(error_of(suspended(again), now=CREATED_AT + 660)) == 1


def test_limits_may_be_texts_as_older_versions_of_ansible_give_them():
    texts = {name: str(value) for name, value in LIMITS.items()}

    assert never_ending.never_ends(job(ended=FAILING), [], str(LATE), texts) is not None


@pytest.mark.parametrize("seen", [job(ended=FAILING), suspended()])
def test_such_an_end_is_among_what_there_is_to_do(seen):
    limits = {"start_timeout": 1e6, **LIMITS}
    assert actions.pending_actions([seen], [], LATE, limits)["terminations"]
    assert not actions.pending_actions([seen], [], CREATED_AT, limits)["terminations"]


@pytest.mark.parametrize("seen", [job(settled="0", ended=FAILING), suspended(settled="0")])
def test_a_job_that_may_wait_for_ever_is_looked_at_again_and_again(seen):
    seen["metadata"]["annotations"]["sqs-k8s.jobs/next-look"] = "2026-01-02T00:00:00Z"
    first = predicates.STUCK_SECONDS

    assert predicates.job_requeue_after(seen, CREATED_AT) == first
    assert predicates.job_requeue_after(seen, CREATED_AT + first) == 0.0


@pytest.mark.parametrize(
    ("seen", "waits"),
    [
        (job(ended=FAILING), (predicates.ENDING, CREATED_AT)),
        (job(ended=DONE), (predicates.ENDING, CREATED_AT)),
        (suspended(), (predicates.SUSPENDED, CREATED_AT)),
        (job(), None),
        (job(ended=FAILED), None),
        (job(ended=FAILING, annotations={"error": ERROR}), None),
        (job(ended=FAILING, done=True), None),
    ],
)
def test_the_watch_knows_how_and_since_when_a_job_waits_that_may_for_ever(seen, waits):
    assert predicates.waits(seen) == waits
