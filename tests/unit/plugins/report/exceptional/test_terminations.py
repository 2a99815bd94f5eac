"""Ends that no condition of a Job will tell: it was deleted, cancelled, or never started."""

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import state
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.due import due
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.exceptional import terminations
from hypothesis import given
from hypothesis import strategies as st
from kit.builders.job_snapshots import ENDS, OPEN, snapshots
from kit.builders.objects import annotated, digest_of, job, merged, pod, strangers_job
from kit.builders.statuses import (
    COMPLETE,
    CREATED,
    CREATED_AT,
    ERROR,
    FAILED,
    JOB_UID,
    scheduling,
    terminated,
    waiting,
)

TIMEOUT = 600.0
LIMITS = {"start_timeout": TIMEOUT}
LATE = CREATED_AT + TIMEOUT
OLD = {"startTime": CREATED, "active": 1}
IDLE = pod("idle", "Pending", container=waiting())
TIMED_OUT = {"errorCode": "A105", "message": "no pod started within 600 s: …"}
DELETED = {"errorCode": "A113", "message": "the Job was deleted before it ended"}


def decided(seen, *pods, events=(), now=LATE):
    patches = terminations.decided([seen], list(pods), list(events), now, LIMITS)
    return [json.loads(annotated(patch)["error"]) for patch in patches]


def warning(uid, reason="FailedCreate", kind="Warning"):
    return {
        "type": kind,
        "reason": reason,
        "message": "quota",
        "involvedObject": {"uid": uid},
    }


def test_a_job_that_was_deleted_before_it_ended_has_an_end():
    assert decided(job(deleted=True), now=CREATED_AT) == [DELETED]


def test_a_job_of_which_no_pod_started_in_time_has_an_end():
    (error,) = decided(job(**OLD), IDLE)

    assert error["errorCode"] == "A105"
    assert error["message"].startswith("no pod started within 600 s")


@pytest.mark.parametrize(
    ("seen", "pods", "now"),
    [
        (job(**OLD), [IDLE], LATE - 1),
        (job(**OLD), [pod()], LATE),
        (job(**{**OLD, "ready": 1}), [], LATE),
        (job(**OLD, annotations={"detail-1": {"podId": "u", "podName": "p"}}), [], LATE),
        ({**job(**OLD), "spec": {"suspend": True}}, [IDLE], LATE),
        (job(), [], LATE),
        (job(ended=COMPLETE, deleted=True), [], LATE),
        (job(ended=FAILED, deleted=True), [], LATE),
        (job(deleted=True, annotations={"error": ERROR}), [], LATE),
        (job(deleted=True, done=True), [], LATE),
        ({**strangers_job(), "status": {"startTime": CREATED}}, [], LATE),
    ],
)
def test_a_job_that_goes_on_has_ended_or_is_not_ours_is_left_alone(seen, pods, now):
    assert decided(seen, *pods, now=now) == []


@pytest.mark.parametrize(
    ("pods", "events", "why"),
    [
        ([], [], "no pod was created"),
        ([IDLE], [], "its pod is still starting"),
        ([], [warning(JOB_UID)], "FailedCreate: quota"),
        ([IDLE], [warning("uid-of-idle", "FailedMount")], "FailedMount: quota"),
        ([IDLE], [warning("uid-of-another"), warning("uid-of-idle", kind="Normal")],
         "its pod is still starting"),
        ([pod("p", "Pending", container=waiting("ErrImagePull"))], [warning("uid-of-p")],
         "ErrImagePull"),
    ],
)  # fmt: skip
def test_why_no_pod_started_is_what_the_pod_says_or_the_last_warning(pods, events, why):
    (error,) = decided(job(**OLD), *pods, events=events)

    assert error["message"] == f"no pod started within 600 s: {why}"


def test_an_end_is_decided_for_the_job_as_it_was_read_only():
    (patch,) = terminations.decided([job(deleted=True)], [], [], LATE, LIMITS)

    assert patch["metadata"]["resourceVersion"] == "7"
    assert patch["metadata"]["uid"] == JOB_UID


def test_which_pods_had_started_is_kept_with_the_decision_as_they_go_now():
    (patch,) = terminations.decided([job(deleted=True)], [pod("first")], [], LATE, LIMITS)

    assert json.loads(annotated(patch)["detail-1"])["podName"] == "first"
    assert list(due(merged(job(deleted=True, settled="0"), patch), [])) == ["1", "99"]


def test_numbers_may_be_texts_as_a_template_gives_them():
    patches = terminations.decided([job(**OLD)], [], [], str(LATE), {"start_timeout": "600"})

    assert patches == terminations.decided([job(**OLD)], [], [], LATE, LIMITS)


def test_a_job_that_has_not_ended_can_be_cancelled_and_a_strangers_cannot():
    jobs = [job("a"), job("b", ended=COMPLETE), job("c", annotations={"error": ERROR})]

    (patch,) = terminations.cancelled([*jobs, strangers_job()], [], "{{ by }} hand")

    assert patch["metadata"]["name"] == jobs[0]["metadata"]["name"]
    assert json.loads(annotated(patch)["error"]) == {
        "errorCode": "A112",
        "message": "{{ by }} hand",
    }


def test_events_are_asked_of_the_pod_that_does_not_start_or_else_of_the_job():
    asked = [
        terminations.late([job(**OLD)], pods, LATE, TIMEOUT) for pods in ([IDLE], [], [pod("fine")])
    ]

    assert asked == [
        [{"namespace": "default", "uid": "uid-of-idle"}],
        [{"namespace": "default", "uid": JOB_UID}],
        [],
    ]


def to_delete(seen, *pods, keep_late=False):
    return [one["metadata"]["uid"] for one in terminations.to_delete([seen], list(pods), keep_late)]


def test_a_job_whose_end_was_decided_is_deleted_with_its_pods():
    assert to_delete(job(annotations={"error": ERROR}), IDLE) == [JOB_UID]


def test_a_job_that_did_not_start_is_kept_where_the_operator_wants_it():
    late, cancelled = (job(annotations={"error": one}) for one in (TIMED_OUT, ERROR))

    assert to_delete(late, keep_late=True) == []
    assert to_delete(late) == to_delete(cancelled, keep_late=True) == [JOB_UID]


def test_a_job_that_was_deleted_in_the_background_is_deleted_once_more_for_its_pods():
    background = job(deleted=True, annotations={"error": DELETED})
    foreground = job(
        deleted=True, annotations={"error": DELETED}, finalizers=("foregroundDeletion",)
    )

    assert to_delete(background, pod()) == [JOB_UID]
    assert to_delete(foreground, pod()) == []


def test_a_deleted_job_without_a_running_pod_needs_no_further_deletion():
    gone = job(deleted=True, annotations={"error": DELETED})
    going = pod()
    going["metadata"]["deletionTimestamp"] = CREATED

    assert to_delete(gone) == to_delete(gone, going) == []
    assert to_delete(gone, pod(phase="Failed", container=terminated())) == []


def orphan(name="left", uid=JOB_UID, message_id="one", **more):
    """A Pod that has lost its owner."""
    one = {"apiVersion": "v1", "kind": "Pod", **pod(name, **more)}
    one["metadata"]["labels"] = {
        "batch.kubernetes.io/controller-uid": uid,
        "sqs-k8s.jobs/id": digest_of(message_id),
    }
    del one["metadata"]["ownerReferences"]
    return one


def owned(other):
    """An orphan that another owner has taken up."""
    other["metadata"]["ownerReferences"] = [{"uid": "uid-of-another"}]
    return other


GONE = job(deleted=True, annotations={"error": DELETED})


def test_pods_that_a_deleted_job_left_behind_are_deleted():
    assert to_delete(GONE, orphan(), orphan("pending", phase="Pending")) == [
        *("uid-of-left", "uid-of-pending")
    ]


@pytest.mark.parametrize(
    ("seen", "left"),
    [
        (GONE, orphan(uid="uid-of-another-job")),
        (GONE, orphan(message_id="another")),
        (GONE, owned(orphan())),
        (GONE, orphan(phase="Succeeded")),
        (job(deleted=True), orphan()),
        (job(deleted=True, ended=COMPLETE, annotations={"error": DELETED}), orphan()),
        (job(), orphan()),
    ],
)
def test_no_other_pod_is_deleted(seen, left):
    assert "uid-of-left" not in to_delete(seen, left)


@pytest.mark.parametrize(
    ("seen", "needed"),
    [
        (job(), True),
        (job(ended=COMPLETE), True),
        (GONE, True),
        (job(deleted=True, done=True, annotations={"error": DELETED}), True),
        (job(done=True, ended=COMPLETE), False),
        (job(done=True, ended=COMPLETE, annotations={"error": DELETED}), False),
    ],
)
def test_pods_are_read_for_jobs_that_may_have_left_some(seen, needed):
    assert terminations.needs_pods(seen) == needed


def test_a_job_that_ended_or_goes_on_is_not_deleted():
    assert to_delete(job(), pod()) == []
    assert to_delete(job(ended=COMPLETE, annotations={"error": ERROR})) == []


def test_a_job_is_over_once_it_ended_or_its_end_was_decided():
    decided_before = job(annotations={"error": ERROR})

    assert [terminations.is_over(one) for one in (job(), decided_before)] == [False, True]
    assert terminations.is_over(job(ended=COMPLETE))
    assert terminations.is_failed(decided_before)
    assert not terminations.is_failed(job(ended=COMPLETE))


def test_why_a_job_did_not_complete_is_said_with_its_code_where_that_was_decided():
    told = terminations.failure(job(annotations={"error": ERROR}))

    assert told == "A110 invalid message: job.image is required"
    assert terminations.failure(job(ended=FAILED)).startswith("BackoffLimitExceeded")


@given(st.one_of(snapshots(OPEN, st.booleans()), snapshots(ENDS, st.booleans())))
def test_whatever_is_seen_an_end_is_decided_once_and_is_then_what_is_due(snapshot):
    seen = snapshot.job()
    patches = terminations.decided([seen], snapshot.pods, [], LATE, LIMITS)
    assert len(patches) <= 1
    for patch in patches:
        after = merged(seen, patch)
        assert due(after, [])["99"] == {"error": state.error(after)}
        assert terminations.decided([after], [], [], LATE, LIMITS) == []
        assert terminations.cancelled([after], [], "again") == []


LOST = {"startTime": CREATED, "failed": 2, "active": 0}


def touched(seen, at=CREATED_AT):
    seen["metadata"]["managedFields"] = [
        {"time": state.format_time(at - 60)},
        {"time": state.format_time(at)},
    ]
    return seen


def nudged(seen, after):
    return [annotated(one)["nudged"] for one in terminations.touches([seen], CREATED_AT + after)]


def test_a_job_with_failed_pods_that_nobody_goes_on_with_is_touched_after_a_while():
    lost = touched(job(**LOST))

    assert nudged(lost, after=119) == []
    assert nudged(lost, after=120) == ["2026-01-01T00:02:00Z"]


def test_a_job_that_was_touched_is_left_alone_for_a_while():
    assert nudged(touched(job(**LOST), CREATED_AT + 120), after=239) == []


@pytest.mark.parametrize(
    "seen",
    [
        job(**{**LOST, "active": 1}),
        job(startTime=CREATED),
        job(**LOST, ended=FAILED),
        job(**LOST, deleted=True),
        job(**LOST, annotations={"error": ERROR}),
        merged(job(**LOST), {"spec": {"suspend": True}}),
        strangers_job(),
    ],
)
def test_a_job_that_goes_on_or_has_its_end_is_not_touched(seen):
    assert nudged(touched(seen), after=3600) == []


def test_events_are_asked_of_the_last_pod_and_of_each_late_job():
    first, last = (pod(name, "Pending", container=waiting()) for name in ("first", "last"))
    other = job("two", uid="uid-of-two", **OLD)

    found = terminations.late([job(**OLD), other], [first, last], LATE, TIMEOUT)

    assert [one["uid"] for one in found] == ["uid-of-last", "uid-of-two"]


def test_events_are_not_asked_of_a_job_whose_pods_say_why():
    (unpulled,) = [pod("a", "Pending", container=waiting("ImagePullBackOff"))]

    assert terminations.late([job(**OLD)], [unpulled], LATE, TIMEOUT) == []


def test_why_no_pod_started_is_what_the_last_pod_says():
    pods = [
        pod(name, "Pending", container=waiting("ImagePullBackOff", message=name)) for name in "ab"
    ]
    (error,) = decided(job(**OLD), *pods, events=[warning("uid-of-a", "FailedMount")])
    (by_event,) = decided(job(**OLD), events=[warning(JOB_UID, "first"), warning(JOB_UID, "last")])

    assert error["message"].endswith("ImagePullBackOff: b")
    assert by_event["message"].endswith("last: quota")


def test_a_pod_that_succeeded_runs_no_more():
    gone = job(deleted=True, annotations={"error": DELETED})

    assert terminations.to_delete([gone], [pod(phase="Succeeded")], False) == []


def test_a_cancelled_job_keeps_which_of_its_pods_had_started():
    (patch,) = terminations.cancelled([job()], [pod("p")], "by hand")

    assert json.loads(annotated(patch)["detail-1"])["podName"] == "p"


@pytest.mark.parametrize("fields", [None, [], [{"time": None}]])
def test_a_job_that_nobody_is_known_to_have_touched_is_no_error(fields):
    seen = job(**LOST)
    seen["metadata"]["managedFields"] = fields

    assert nudged(seen, after=120) == (["2026-01-01T00:02:00Z"] if fields else [])


def test_a_job_that_has_ended_keeps_no_other_from_its_end():
    ended, gone = job("a", ended=COMPLETE), job("b", deleted=True)

    (patch,) = terminations.decided([ended, gone], [], [], LATE, LIMITS)

    assert patch["metadata"]["name"] == gone["metadata"]["name"]


def test_what_was_written_down_before_stays_out_of_the_decision():
    seen = job(deleted=True, annotations={"detail-1": {"podId": "uid-of-p", "podName": "p"}})

    (patch,) = terminations.decided([seen], [pod("p")], [], LATE, LIMITS)

    assert list(annotated(patch)) == ["error"]


def test_a_job_whose_pod_waits_at_a_gate_has_all_the_time():
    gated = pod("p", "Pending", start=None, conditions=[scheduling("SchedulingGated")])

    assert decided(job(**OLD), gated, now=LATE + 9999) == []


def test_why_no_pod_started_is_told_as_it_was_seen_although_the_pod_is_gone():
    kept = {"Unschedulable": {"words": "Unschedulable: 0/3 nodes", "waits": True, "at": 1}}
    (error,) = decided(job(**OLD, annotations={"pod-reasons": kept}))

    assert error["message"] == "no pod started within 600 s: Unschedulable: 0/3 nodes"


def test_a_warning_that_fargate_gives_to_every_pod_is_no_reason():
    (error,) = decided(job(**OLD), IDLE, events=[warning("uid-of-idle", "LoggingDisabled")])

    assert error["message"] == "no pod started within 600 s: its pod is still starting"
