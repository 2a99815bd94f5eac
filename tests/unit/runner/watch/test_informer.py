"""What the watch makes of Jobs, records and Pods that it sees."""

from __future__ import annotations

import json
import time

import pytest
from kit.models.parts_asked import Settled
from kit.threads import within_patience
from sqs_k8s_jobs.cluster import predicates
from sqs_k8s_jobs.cluster.object_store import ObjectStore
from sqs_k8s_jobs.health import Health
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.watch import hints
from sqs_k8s_jobs.watch.informer import Informer
from sqs_k8s_jobs.workqueue.endpoints import FAST, SLOW, Endpoints
from sqs_k8s_jobs.workqueue.workqueue import WorkQueue

HERE, THERE = "http://here.example", "http://there.example"
LATER = "2100-01-01T00:00:00Z"


class Bench:
    """A watch that is shown things."""

    def __init__(self):
        self.wanted, self.endpoints = WorkQueue(), Endpoints()
        self.settling = Settled()
        self.watch = Informer(
            None,
            self.wanted,
            self.endpoints,
            self.settling,
            ObjectStore(),
            ObjectStore(),
            Health(),
            Settings(),
        )

    def job(self, digest, endpoint=HERE, done=False, **annotations):
        labels = {predicates.ID_LABEL: digest, **({predicates.DONE_LABEL: "true"} if done else {})}
        marks = {predicates.WEBHOOK_ANNOTATION: f"{endpoint}/path", **annotations}
        created = {"uid": digest, "creationTimestamp": "2026-01-01T00:00:00Z"}
        self.watch._job({"metadata": {"labels": labels, "annotations": marks, **created}})

    def new_job(self, digest):
        self.watch._new({"metadata": {"labels": {predicates.ID_LABEL: digest}}})
        self.job(digest)

    def pod(self, digest):
        labels = {predicates.ID_LABEL: digest}
        self.watch._pod({"metadata": {"labels": labels}, "status": {"phase": "Running"}})

    def take(self, lane=FAST):
        return within_patience(self.wanted.get_batch, 100, lane)


@pytest.fixture
def bench():
    return Bench()


def test_the_jobs_of_endpoints_are_wanted_in_turn(bench):
    for digest in ("a", "b"):
        bench.job(digest)
    bench.job("c", THERE)

    assert bench.take() == ["a", "c", "b"]


def test_a_pod_that_starts_is_wanted_in_the_turn_of_its_jobs_endpoint(bench):
    for digest in ("a", "b"):
        bench.job(digest, HERE, **{predicates.NEXT_ANNOTATION: LATER})
    bench.job("c", THERE, **{predicates.NEXT_ANNOTATION: LATER})

    for digest in ("a", "b", "c"):
        bench.pod(digest)

    assert bench.take() == ["a", "c", "b"]


def test_a_pod_that_starts_is_wanted_in_the_lane_of_its_jobs_endpoint(bench):
    bench.endpoints.saw(HERE, silent=True)
    bench.job("a", HERE, **{predicates.NEXT_ANNOTATION: LATER})
    bench.job("b", THERE, **{predicates.NEXT_ANNOTATION: LATER})

    for digest in ("a", "b"):
        bench.pod(digest)

    assert (bench.take(), bench.take(SLOW)) == (["b"], ["a"])


def test_a_job_that_is_done_is_remembered_no_more(bench):
    bench.job("a", HERE)
    assert bench.endpoints.of("a") == HERE

    bench.job("a", HERE, done=True)

    assert bench.endpoints.of("a") == ""


def test_a_new_job_is_left_to_who_made_it_until_they_are_done(bench):
    bench.new_job("a")
    bench.job("b")
    bench.pod("a")

    assert bench.take() == ["b"]
    bench.wanted.undefer("a")
    assert bench.take() == ["a"]


def test_a_new_job_of_which_all_is_told_is_wanted_no_more(bench):
    bench.new_job("a")
    bench.job("a", HERE, **{predicates.NEXT_ANNOTATION: LATER})
    bench.wanted.undefer("a")
    bench.job("b")

    assert bench.take() == ["b"]


def record(bench, annotations=None, **labels):
    metadata = {
        "uid": "r",
        "creationTimestamp": "2026-01-01T00:00:00Z",
        "labels": {predicates.ID_LABEL: "r", predicates.RECORD_LABEL: "refused", **labels},
        "annotations": annotations or {},
    }
    bench.watch._record({"metadata": metadata})


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
    bench, labels, annotations, told
):
    record(bench, annotations, **labels)

    assert bench.settling.told_of == told


def waiting_pod(digest, reason="Unschedulable"):
    condition = {"type": "PodScheduled", "status": "False", "reason": reason}
    metadata = {"labels": {predicates.ID_LABEL: digest}}
    return {"metadata": metadata, "status": {"phase": "Pending", "conditions": [condition]}}


def disrupted_pod(digest):
    target = {"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI"}
    metadata = {"labels": {predicates.ID_LABEL: digest}}
    return {"metadata": metadata, "status": {"phase": "Running", "conditions": [target]}}


def paused(bench, digest, **annotations):
    """A Job whose callback was refused, and is not tried again before 2100."""
    retry = {predicates.RETRY_ANNOTATION: "{}", predicates.NEXT_ANNOTATION: LATER, **annotations}
    bench.job(digest, HERE, **retry)


def looks(bench):
    """In how many seconds each id is looked at."""
    return {digest: round(at - time.monotonic()) for digest, (at, _) in bench.wanted._looks.items()}


def test_a_pod_that_waits_is_looked_at_once_some_seconds_later(bench):
    bench.job("a", HERE, **{predicates.NEXT_ANNOTATION: LATER})
    for _ in range(2):
        bench.watch._pod(waiting_pod("a"))

    assert looks(bench) == {"a": hints.SOON}
    bench.wanted.overlook("a")
    bench.watch._pod(waiting_pod("a"))
    assert looks(bench) == {}


def test_a_pod_that_is_about_to_go_is_looked_at_at_once_whatever_the_next_try(bench):
    paused(bench, "a")

    bench.watch._pod(disrupted_pod("a"))

    assert bench.take() == ["a"]


def test_a_pod_that_starts_after_all_needs_no_look(bench):
    bench.watch._pod(waiting_pod("a"))
    bench.pod("a")

    assert looks(bench) == {}


def test_what_is_kept_or_done_needs_no_look(bench):
    kept = {hints.REASONS_ANNOTATION: json.dumps({"Unschedulable": {"words": "", "waits": True}})}
    for digest in "abc":
        bench.watch._pod(waiting_pod(digest))
    bench.job("a", HERE, **{predicates.NEXT_ANNOTATION: LATER}, **kept)
    bench.job("b", HERE, done=True)
    bench.job("c", HERE, **{predicates.NEXT_ANNOTATION: LATER})

    assert list(looks(bench)) == ["c"]


def test_a_start_is_noted_at_once_although_the_callback_waits_for_its_next_try(bench):
    status = {"ready": 1}
    labels = {predicates.ID_LABEL: "a"}
    marks = {predicates.RETRY_ANNOTATION: "{}", predicates.NEXT_ANNOTATION: LATER}
    metadata = {"uid": "a", "labels": labels, "annotations": marks}
    bench.watch._job({"metadata": metadata, "status": status})

    assert bench.take() == ["a"]


def test_what_waits_for_a_record_that_is_removed_comes_again(bench):
    gone = {
        predicates.ID_LABEL: "r",
        predicates.RECORD_LABEL: "refused",
        predicates.REJECTION_LABEL: "body-1",
    }

    bench.watch._gone({"metadata": {"labels": gone}})
    bench.watch._gone({"metadata": {"labels": {predicates.ID_LABEL: "of-a-job"}}})

    assert bench.settling.told_of == [("body-1", False)]


def test_records_of_one_id_are_wanted_each_for_itself(bench):
    for rejection in ("body-1", "body-2"):
        record(bench, **{predicates.REJECTION_LABEL: rejection})

    assert bench.take() == ["body-1", "body-2"]


def test_a_pod_whose_job_was_not_seen_yet_waits_for_who_made_it_as_the_job_does():
    bench = Bench()
    bench.pod("new")
    bench.wanted.add("other", FAST)
    assert bench.take() == ["other"]

    bench.wanted.undefer("new")

    assert bench.take() == ["new"]
