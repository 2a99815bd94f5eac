"""Reactions of the watch to Jobs, records and Pods."""

import json
import time

import pytest
from kit.models.recorders import RecordedRejector
from kit.threads import within_patience
from sqs_k8s_jobs.cluster import predicates
from sqs_k8s_jobs.cluster.object_store import ObjectStore
from sqs_k8s_jobs.observability.health import Health
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.watch import hints
from sqs_k8s_jobs.watch.informer import Informer
from sqs_k8s_jobs.workqueue.endpoints import FAST, SLOW, Endpoints
from sqs_k8s_jobs.workqueue.workqueue import WorkQueue

HERE, THERE = "http://here.example", "http://there.example"
LATER = "2100-01-01T00:00:00Z"


class Harness:
    """A watch that is shown things."""

    def __init__(self):
        self.workqueue, self.endpoints = WorkQueue(), Endpoints()
        self.rejector = RecordedRejector()
        self.watch = Informer(
            None,
            self.workqueue,
            self.endpoints,
            self.rejector,
            ObjectStore(),
            ObjectStore(),
            Health(),
            Settings(),
        )

    def job(self, digest, endpoint=HERE, done=False, uid=None, **annotations):
        labels = {predicates.ID_LABEL: digest, **({predicates.DONE_LABEL: "true"} if done else {})}
        marks = {predicates.WEBHOOK_ANNOTATION: f"{endpoint}/path", **annotations}
        created = {"uid": uid or digest, "creationTimestamp": "2026-01-01T00:00:00Z"}
        self.watch._job({"metadata": {"labels": labels, "annotations": marks, **created}})

    def new_job(self, digest):
        self.watch._new({"metadata": {"labels": {predicates.ID_LABEL: digest}}})
        self.job(digest)

    def pod(self, digest):
        labels = {predicates.ID_LABEL: digest}
        self.watch._pod({"metadata": {"labels": labels}, "status": {"phase": "Running"}})

    def take(self, lane=FAST):
        return within_patience(self.workqueue.get_batch, 100, lane)


@pytest.fixture
def harness():
    return Harness()


def test_the_jobs_of_endpoints_are_wanted_in_turn(harness):
    for digest in ("a", "b"):
        harness.job(digest)
    harness.job("c", THERE)

    assert harness.take() == ["a", "c", "b"]


def test_a_pod_that_starts_is_wanted_in_the_turn_of_its_jobs_endpoint(harness):
    for digest in ("a", "b"):
        harness.job(digest, HERE, **{predicates.NEXT_ANNOTATION: LATER})
    harness.job("c", THERE, **{predicates.NEXT_ANNOTATION: LATER})

    for digest in ("a", "b", "c"):
        harness.pod(digest)

    assert harness.take() == ["a", "c", "b"]


def test_a_pod_that_starts_is_wanted_in_the_lane_of_its_jobs_endpoint(harness):
    harness.endpoints.saw(HERE, late=True, server=None)
    harness.job("a", HERE, **{predicates.NEXT_ANNOTATION: LATER})
    harness.job("b", THERE, **{predicates.NEXT_ANNOTATION: LATER})

    for digest in ("a", "b"):
        harness.pod(digest)

    assert (harness.take(), harness.take(SLOW)) == (["b"], ["a"])


@pytest.mark.parametrize("other", [{"done": True}, {predicates.NEXT_ANNOTATION: LATER}])
def test_a_job_is_reported_though_another_one_of_its_id_is_not_due(harness, other):
    harness.job("a", uid="own")
    harness.job("a", THERE, uid="of-another-runner", **other)

    assert harness.take() == ["a"]


def test_a_job_is_reported_though_callbacks_of_its_id_have_expired(harness):
    harness.job("a", uid="own")
    record(harness, **{predicates.ID_LABEL: "a", predicates.EXPIRED_LABEL: "true"})

    assert harness.take() == ["a"]


def test_a_job_that_is_done_is_remembered_no_more(harness):
    harness.job("a", HERE)
    assert harness.endpoints.of("a") == HERE

    harness.job("a", HERE, done=True)

    assert harness.endpoints.of("a") == ""


def test_a_new_job_is_left_to_who_made_it_until_they_are_done(harness):
    harness.new_job("a")
    harness.job("b")
    harness.pod("a")

    assert harness.take() == ["b"]
    harness.workqueue.undefer("a")
    assert harness.take() == ["a"]


def test_a_new_job_of_which_all_is_told_is_wanted_no_more(harness):
    harness.new_job("a")
    harness.job("a", HERE, **{predicates.NEXT_ANNOTATION: LATER})
    harness.workqueue.undefer("a")
    harness.job("b")

    assert harness.take() == ["b"]


def record(harness, annotations=None, **labels):
    metadata = {
        "uid": labels.get(predicates.REJECTION_LABEL, "r"),
        "creationTimestamp": "2026-01-01T00:00:00Z",
        "labels": {predicates.ID_LABEL: "r", predicates.RECORD_LABEL: "refused", **labels},
        "annotations": annotations or {},
    }
    harness.watch._record({"metadata": metadata})


@pytest.mark.parametrize(
    ("labels", "annotations", "told"),
    [
        ({}, {}, []),
        ({predicates.DONE_LABEL: "true"}, {}, [("r", True)]),
        ({}, {predicates.RETRY_ANNOTATION: "{}"}, [("r", False)]),
        ({predicates.EXPIRED_LABEL: "true"}, {}, [("r", False)]),
    ],
)
def test_what_another_runner_told_of_a_refused_message_is_seen_on_its_record(
    harness, labels, annotations, told
):
    record(harness, annotations, **labels)

    assert harness.rejector.delivered == told


def waiting_pod(digest, reason="Unschedulable"):
    condition = {"type": "PodScheduled", "status": "False", "reason": reason}
    metadata = {"labels": {predicates.ID_LABEL: digest}}
    return {"metadata": metadata, "status": {"phase": "Pending", "conditions": [condition]}}


def disrupted_pod(digest):
    target = {"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI"}
    metadata = {"labels": {predicates.ID_LABEL: digest}}
    return {"metadata": metadata, "status": {"phase": "Running", "conditions": [target]}}


def paused(harness, digest, **annotations):
    """A Job whose callback was refused, and is not tried again before 2100."""
    retry = {predicates.RETRY_ANNOTATION: "{}", predicates.NEXT_ANNOTATION: LATER, **annotations}
    harness.job(digest, HERE, **retry)


def looks(harness):
    """In how many seconds each id is looked at."""
    return {
        digest: round(at - time.monotonic()) for digest, (at, _) in harness.workqueue._looks.items()
    }


def test_a_pod_that_waits_is_looked_at_once_some_seconds_later(harness):
    harness.job("a", HERE, **{predicates.NEXT_ANNOTATION: LATER})
    for _ in range(2):
        harness.watch._pod(waiting_pod("a"))

    assert looks(harness) == {"a": hints.SOON}
    harness.workqueue.cancel_look("a")
    harness.watch._pod(waiting_pod("a"))
    assert looks(harness) == {}


def test_a_pod_that_is_about_to_go_is_looked_at_at_once_whatever_the_next_try(harness):
    paused(harness, "a")

    harness.watch._pod(disrupted_pod("a"))

    assert harness.take() == ["a"]


def test_a_pod_that_starts_after_all_needs_no_look(harness):
    harness.watch._pod(waiting_pod("a"))
    harness.pod("a")

    assert looks(harness) == {}


def test_what_is_kept_or_done_needs_no_look(harness):
    kept = {hints.REASONS_ANNOTATION: json.dumps({"Unschedulable": {"words": "", "waits": True}})}
    for digest in "abc":
        harness.watch._pod(waiting_pod(digest))
    harness.job("a", HERE, **{predicates.NEXT_ANNOTATION: LATER}, **kept)
    harness.job("b", HERE, done=True)
    harness.job("c", HERE, **{predicates.NEXT_ANNOTATION: LATER})

    assert list(looks(harness)) == ["c"]


def test_a_start_is_noted_at_once_although_the_callback_waits_for_its_next_try(harness):
    status = {"ready": 1}
    labels = {predicates.ID_LABEL: "a"}
    marks = {predicates.RETRY_ANNOTATION: "{}", predicates.NEXT_ANNOTATION: LATER}
    metadata = {"uid": "a", "labels": labels, "annotations": marks}
    harness.watch._job({"metadata": metadata, "status": status})

    assert harness.take() == ["a"]


def test_what_waits_for_a_record_that_is_removed_comes_again(harness):
    gone = {
        predicates.ID_LABEL: "r",
        predicates.RECORD_LABEL: "refused",
        predicates.REJECTION_LABEL: "body-1",
    }

    harness.watch._gone({"metadata": {"labels": gone}})
    harness.watch._gone({"metadata": {"labels": {predicates.ID_LABEL: "of-a-job"}}})

    assert harness.rejector.delivered == [("body-1", False)]


def test_records_of_one_id_are_wanted_each_for_itself(harness):
    for rejection in ("body-1", "body-2"):
        record(harness, **{predicates.REJECTION_LABEL: rejection})

    assert harness.take() == ["body-1", "body-2"]


def test_a_pod_whose_job_was_not_seen_yet_waits_for_who_made_it_as_the_job_does():
    harness = Harness()
    harness.pod("new")
    harness.workqueue.add("other", FAST)
    assert harness.take() == ["other"]

    harness.workqueue.undefer("new")

    assert harness.take() == ["new"]
