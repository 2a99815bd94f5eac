"""Hints of Pods and Jobs, worth a look before they are gone."""

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import (
    failure_reasons,
    keys,
    pod_status,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.report.exceptional import event_warnings
from kit.builders.objects import annotated, job, merged, pod
from kit.builders.statuses import (
    COMPLETE,
    CREATED,
    CREATED_AT,
    FAILED,
    JOB_UID,
    condition,
    running,
    scheduling,
    terminated,
    waiting,
)
from sqs_k8s_jobs.watch import hints

PAUSED = {"retry": {"next": CREATED_AT + 600}}
NOWHERE = pod("p", "Pending", conditions=[scheduling("Unschedulable", "0/3 nodes")])
NOT_INITIALIZED = {
    "type": "Initialized",
    "status": "False",
    "reason": "ContainersNotInitialized",
}
DISRUPTED = {"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI"}


def keeping(**reasons_kept):
    """A Job that keeps reasons, by their word and whether each is one to wait."""
    kept = {word: {"words": word, "waits": waits} for word, waits in reasons_kept.items()}
    return job(annotations={"pod-reasons": kept})


def test_the_watch_knows_the_names_that_the_collection_writes():
    assert hints.REASONS_ANNOTATION == keys.REASONS_ANNOTATION
    assert hints.DELETED == pod_status.DELETED
    assert hints.POD_DETAIL == keys.DETAIL_PREFIX + "1"
    assert hints.FAILED_DETAIL == keys.DETAIL_PREFIX + "3"


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (pod(), {}),
        (pod(phase="Pending"), {}),
        (pod(phase="Pending", container=waiting()), {}),
        (pod(phase="Pending", container=waiting("PodInitializing")), {}),
        (NOWHERE, {"Unschedulable": hints.SOON}),
        (pod(phase="Pending", conditions=[scheduling("SchedulingGated")]),
         {"SchedulingGated": hints.SOON}),
        (pod(phase="Pending", container=waiting("ErrImagePull")), {"ErrImagePull": hints.SOON}),
        (pod(phase="Pending", initContainerStatuses=[{"name": "a", **waiting("ErrImagePull")}]),
         {"ErrImagePull": hints.SOON}),
        (pod(phase="Pending", conditions=[NOT_INITIALIZED]),
         {"ContainersNotInitialized": hints.PATIENTLY}),
        (pod(container=waiting("CrashLoopBackOff")), {"CrashLoopBackOff": hints.SOON}),
        (pod(conditions=[DISRUPTED]), {"EvictionByEvictionAPI": hints.AT_ONCE}),
        (pod(containerStatuses=[{"name": "a", **running()}, {"name": "job", **terminated(0)}]),
         {"ended": hints.SOON}),
        ({"metadata": {"name": "young"}}, {}),
    ],
)  # fmt: skip
def test_a_pod_is_worth_a_look_for_why_it_waits_or_is_about_to_go(shown, words):
    assert hints.of_pod(shown) == words


def going(*more, **status):
    """A Pod that somebody has deleted."""
    found = pod(*more, **status)
    found["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    return found


@pytest.mark.parametrize("phase", ["Pending", "Running"])
def test_a_pod_that_is_deleted_is_worth_a_look_at_once_for_that_or_its_disruption_alone(phase):
    unplaced = NOWHERE["status"]["conditions"]

    assert hints.of_pod(going(phase=phase, conditions=unplaced)) == {"Deleted": hints.AT_ONCE}
    assert hints.of_pod(going(phase=phase, conditions=[DISRUPTED])) == {
        "EvictionByEvictionAPI": hints.AT_ONCE
    }


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_a_pod_that_is_deleted_after_its_end_is_worth_none(phase):
    assert hints.of_pod(going(phase=phase)) == {}


@pytest.mark.parametrize(
    "shown",
    [
        NOWHERE,
        pod(phase="Pending", container=waiting("ErrImagePull")),
        pod(phase="Pending", conditions=[NOT_INITIALIZED]),
        pod(conditions=[DISRUPTED], container=running()),
        going(container=running()),
    ],
)
def test_what_is_worth_a_look_is_kept_under_the_same_word_and_so_is_looked_at_once(shown):
    seen, given = job(settled="0"), hints.Hints()
    assert given.new("a", hints.of_pod(shown)) is not None

    after = merged(seen, *failure_reasons.notes([seen], {JOB_UID: [shown]}, CREATED_AT))

    assert given.saw("a", after)
    assert hints.Hints().saw("a", after)
    assert given.new("a", hints.of_pod(shown)) is None


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (job(), {}),
        (job(failed=1), {"a pod failed": hints.SOON}),
        (job(failed=1, ended=FAILED), {}),
        (job(annotations=PAUSED), {}),
        (job(annotations=PAUSED, ready=1), {"started 1/0/0": hints.AT_ONCE}),
        (job(annotations={**PAUSED, "detail-1": {}}, ready=1), {}),
        (job(annotations={**PAUSED, "detail-1": {}}, failed=1, ended=FAILED),
         {"failed": hints.AT_ONCE}),
        (job(annotations={**PAUSED, "detail-1": {}, "detail-3": {}}, failed=1, ended=FAILED), {}),
        (job(annotations={**PAUSED, "detail-1": {}}, succeeded=1, ended=COMPLETE), {}),
        (job(annotations={**PAUSED, "detail-1": {}}, ended=condition("FailureTarget")), {}),
        (job(startTime=CREATED), {"no pod": hints.PODLESS}),
        (job(startTime=CREATED, active=1), {}),
        (job(startTime=CREATED, ended=FAILED), {}),
        ({**job(startTime=CREATED), "spec": {"suspend": True}}, {}),
        ({"metadata": {"name": "young"}}, {}),
    ],
)  # fmt: skip
def test_a_job_is_worth_a_look_for_what_is_not_noted_although_its_callback_waits(seen, words):
    assert hints.of_job(seen) == words


def test_a_jobs_failed_pod_is_worth_a_look_until_a_failure_is_kept():
    for kept, words in (
        (keeping(Unschedulable=True), {"a pod failed": hints.SOON}),
        (keeping(Unschedulable=True, Evicted=False), {}),
    ):
        kept["status"]["failed"] = 1
        assert hints.of_job(kept) == words


@pytest.mark.parametrize("text", ["[", "[]", "1", '{"a": 1}', '{"a": {}}', "[" * 9999])
def test_reasons_that_somebody_broke_by_hand_are_none(text):
    broken = job(failed=1, annotations={"pod-reasons": text})

    assert hints.of_job(broken) == {"a pod failed": hints.SOON}


def test_a_hint_is_given_once_for_each_word_of_an_id():
    given = hints.Hints()

    assert given.new("a", {"Unschedulable": 5.0}) == 5.0
    assert given.new("a", {"Unschedulable": 5.0, "ErrImagePull": 6.0}) == 6.0
    assert given.new("a", {"ErrImagePull": 5.0}) is None
    assert given.new("b", {"ErrImagePull": 5.0, "A": 0.0}) == 0.0
    assert given.new("b", {}) is None


def test_an_id_that_was_forgotten_gets_its_hints_anew():
    given = hints.Hints()
    given.new("a", {"A": 5.0})

    given.forget("a")
    given.forget("never")

    assert given.new("a", {"A": 5.0}) == 5.0


def test_a_hint_that_is_not_kept_yet_is_still_worth_its_look():
    given = hints.Hints()
    given.new("a", {"Unschedulable": 5.0, "ErrImagePull": 5.0})

    assert not given.saw("a", keeping(Unschedulable=True))
    assert given.saw("a", keeping(Unschedulable=True, ErrImagePull=True))


def test_both_sides_know_what_is_on_its_way():
    assert hints._ON_ITS_WAY == pod_status._ON_ITS_WAY
    assert json.loads(annotated(keeping(A=True))["pod-reasons"])["A"]["waits"]


def test_a_look_at_a_job_without_pods_comes_when_its_events_are_asked():
    assert hints.PODLESS > event_warnings.PODLESS_SECONDS
