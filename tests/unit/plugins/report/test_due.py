"""Due statuses: a function of the cluster's objects and of completed callbacks."""

import copy

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.common.statuses import (
    is_fleeting,
    status_of,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report import due as module
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.due import due
from hypothesis import given
from hypothesis import strategies as st
from kit.builders.job_snapshots import ENDS, OPEN, SETTLED, snapshots
from kit.builders.objects import job, pod, record
from kit.builders.statuses import COMPLETE, ERROR, FAILED, condition, terminated, waiting

RAN = pod(phase="Failed", container=terminated(3))
PENDING = pod(phase="Pending", container=waiting())
SECOND = pod("second", start="2026-01-01T00:00:09Z")
TOLD_OF_FIRST = {"detail-1": {"podId": "uid-of-first", "podName": "first"}}


@pytest.mark.parametrize(
    ("seen", "pods", "expected"),
    [
        (job(), [], ["0"]),
        (job(), [PENDING], ["0"]),
        (job(settled="0"), [PENDING], []),
        (job(), [pod()], ["0", "1"]),
        (job(settled="0"), [pod()], ["1"]),
        (job(failed=1, settled="0"), [RAN, PENDING], ["1"]),
        (job(ended=COMPLETE, succeeded=1), [pod(phase="Succeeded")], ["0", "1", "2"]),
        (job(ended=COMPLETE, succeeded=1, settled="0 1"), [], ["2"]),
        (job(ended=COMPLETE, succeeded=1, settled="0"), [], ["1", "2"]),
        (job(ended=FAILED, failed=1), [RAN], ["0", "1", "3"]),
        (job(ended=FAILED, failed=1, settled="0 1"), [], ["3"]),
        (job(ended=FAILED, settled="0"), [], ["3"]),
        (job(ended=FAILED, settled="0"), [PENDING], ["3"]),
        (job(annotations={"error": ERROR}), [], ["0", "99"]),
        (job(annotations={"error": ERROR}, settled="0"), [pod()], ["99"]),
        (job(annotations={"error": ERROR, **TOLD_OF_FIRST}, settled="0"), [], ["1", "99"]),
        (record(), [], ["99"]),
        (record(error=None), [], []),
    ],
)
def test_what_is_due_follows_from_what_is_seen_and_what_was_settled(seen, pods, expected):
    assert list(due(seen, pods)) == expected


@pytest.mark.parametrize("terminal", ["0 1 2", "0 3", "99"])
def test_after_a_terminal_status_nothing_is_due(terminal):
    for ended in (None, COMPLETE, FAILED):
        assert due(job(ended=ended, succeeded=1, settled=terminal), [pod()]) == {}
    assert due(record(settled="99"), []) == {}


def test_what_has_expired_is_settled_like_what_was_accepted():
    expired = {"expired-0": "2026-01-01T00:00:00Z"}

    assert list(due(job(annotations=expired), [pod()])) == ["1"]


def test_a_job_that_came_and_went_too_fast_still_gives_all_three():
    assert list(due(job(ended=COMPLETE, succeeded=1), [])) == ["0", "1", "2"]


def test_a_job_that_never_started_a_pod_fails_without_a_status_1():
    never = job(ended=condition("Failed", "DeadlineExceeded"), settled="0")

    assert list(due(never, [PENDING])) == ["3"]


def test_a_condition_that_is_only_a_target_ends_nothing():
    assert due(job(ended=condition("FailureTarget"), settled="0 1", failed=1), []) == {}


def test_each_further_pod_that_starts_is_one_more_status_1_with_a_key_of_its_own():
    found = due(job(), [SECOND, pod("first")])

    assert list(found) == ["0", "1", "1.uid-of-second"]
    assert found["1"] == {"podId": "uid-of-first", "podName": "first"}
    assert found["1.uid-of-second"] == {"podId": "uid-of-second", "podName": "second"}


def test_the_pod_that_was_told_first_stays_the_first():
    told = job(settled="0 1", annotations=TOLD_OF_FIRST)
    earlier = pod("earlier", start="2025-12-31T23:59:59Z")

    assert list(due(told, [earlier, pod("first")])) == ["1.uid-of-earlier"]


def test_a_start_that_was_written_down_is_due_although_its_pod_is_gone():
    assert due(job(settled="0", annotations=TOLD_OF_FIRST), []) == {
        "1": {"podId": "uid-of-first", "podName": "first"}
    }


def test_an_end_that_was_decided_comes_before_what_the_job_says_of_itself():
    decided = job(ended=COMPLETE, succeeded=1, settled="0 1", annotations={"error": ERROR})

    assert due(decided, []) == {"99": {"error": ERROR}}


def test_a_failure_that_was_written_down_is_told_as_it_was_written():
    written = {"error": {"errorCode": "A108", "message": "exit code 3"}}
    failed = job(ended=FAILED, failed=1, settled="0 1", annotations={"detail-3": written})

    assert due(failed, [pod(phase="Failed", container=terminated(7))]) == {"3": written}


def test_a_key_stands_for_its_status():
    keys = ["0", "1", "1.uid-of-second", "2", "3", "99"]

    assert [status_of(key) for key in keys] == [0, 1, 1, 2, 3, 99]


def test_only_what_pods_tell_is_fleeting():
    keys = ["0", "1", "1.uid-of-second", "2", "3", "99"]

    assert [key for key in keys if is_fleeting(key)] == ["1", "1.uid-of-second", "3"]


@given(st.one_of(snapshots(OPEN), snapshots(ENDS)), SETTLED)
def test_whatever_was_seen_asking_again_gives_the_same_and_changes_nothing(snapshot, settled):
    seen, pods = snapshot.job(settled=settled), snapshot.pods
    before = copy.deepcopy((seen, pods))

    first = due(seen, pods)

    assert list(due(seen, pods[::-1]).items()) == list(first.items())
    assert (seen, pods) == before


@given(st.one_of(snapshots(OPEN), snapshots(ENDS)), SETTLED)
def test_whatever_was_seen_its_order_is_0_then_1s_then_one_end(snapshot, settled):
    keys = list(due(snapshot.job(settled=settled), snapshot.pods))
    statuses = [status_of(key) for key in keys]

    assert statuses == sorted(statuses)
    assert len(set(keys)) == len(keys)
    assert not set(keys) & set(settled.split())
    assert [status for status in statuses if status > 1] in ([], statuses[-1:])


def test_an_end_is_written_down_once_its_detail_is():
    assert module._end_is_written(job(annotations={"detail-3": {"error": {}}}))
    assert not module._end_is_written(job(annotations={"detail-1": {"podId": "a"}}))


def test_a_job_with_a_thousand_pods_tells_the_starts_of_the_first_hundred():
    pods = [pod(f"p{number:04}", start=f"2026-01-01T00:{number // 60:02}:{number % 60:02}Z")
            for number in range(1150)]  # fmt: skip

    keys = list(due(job(settled="0"), pods))

    assert len(keys) == module.MAX_STARTS == 100
    assert keys[0] == "1"
    assert keys[-1] == "1.uid-of-p0099"


def test_a_start_that_was_told_counts_among_those_that_are():
    told = {f"detail-1.u{number}": {"podId": f"u{number}"} for number in range(99)}
    seen = job(annotations={"detail-1": {"podId": "u"}, **told}, settled="0")

    assert "1.uid-of-second" not in due(seen, [SECOND])


def test_a_failure_is_told_as_it_was_seen_although_its_pod_is_gone():
    kept = {"A": {"words": "pod p: container job: Error, exit code 3", "waits": False, "at": 1}}
    failed = job(ended=FAILED, failed=1, settled="0 1", annotations={"pod-reasons": kept})

    assert due(failed, [])["3"]["error"]["message"].endswith("exit code 3")
