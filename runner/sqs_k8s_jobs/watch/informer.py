"""The informer: what it sees of the cluster adds ids to the workqueue. It changes nothing there."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

from sqs_k8s_jobs.backoff import backoff_seconds
from sqs_k8s_jobs.cluster import api, certificates, predicates
from sqs_k8s_jobs.cluster.client import Client
from sqs_k8s_jobs.cluster.object_store import ObjectStore
from sqs_k8s_jobs.in_flight.rejector import Rejector
from sqs_k8s_jobs.observability.health import Health
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.watch import hints
from sqs_k8s_jobs.workqueue.endpoints import Endpoints
from sqs_k8s_jobs.workqueue.workqueue import WorkQueue

PAGE = 100  # objects in one answer to a list, at most: a Job may have 1 MiB
SHORT = 5.0  # seconds; rounds that end so soon, one after the other, have pauses between them
PAUSE_LIMIT = 15.0  # seconds between two tries to watch
# For which a new Job is left to the run that made it, as that may send its status 0 itself.
NEW_JOB_GRACE_SECONDS = 5.0


class Informer:
    """Lists all Jobs and records, then watches them and Pods until the next relist."""

    def __init__(
        self,
        client: Client,
        workqueue: WorkQueue,
        endpoints: Endpoints,
        rejector: Rejector,
        jobs: ObjectStore,
        records: ObjectStore,
        health: Health,
        settings: Settings,
    ) -> None:
        self._client = client
        self._workqueue = workqueue
        self._endpoints = endpoints
        self._rejector = rejector
        self._jobs = jobs
        self._records = records
        self._health = health
        self._settings = settings
        self._hints = hints.Hints()

    def watch_jobs(self, stopping: threading.Event) -> None:
        """Add the ids of Jobs that need a report. Each round lists all anew: that is the resync."""
        jobs = api.jobs(self._client, label_selector=predicates.ID_LABEL)
        self._rounds(jobs, self._job, stopping, self._jobs)

    def watch_records(self, stopping: threading.Event) -> None:
        """Add the ids of rejected messages' records that need a report; relist them too."""
        selector = f"{predicates.ID_LABEL},{predicates.RECORD_LABEL}"
        namespace = self._settings.record_namespace
        records = api.records(self._client, namespace, label_selector=selector)
        self._rounds(records, self._record, stopping, self._records)

    def watch_pods(self, stopping: threading.Event) -> None:
        """Add the ids that Pods call for. A Job's own status covers missed events later.

        Those that wait are listed: the reason goes with them, and nothing else has it.
        """
        waiting, live = (
            api.pods(self._client, label_selector=predicates.ID_LABEL, field_selector=phases)
            for phases in ("status.phase=Pending", "status.phase!=Succeeded,status.phase!=Failed")
        )
        self._rounds(live, self._pod, stopping, ObjectStore(), waiting)

    def _rounds(
        self,
        collection: api.Collection,
        handle: Callable[[dict[str, Any]], None],
        stop: threading.Event,
        store: ObjectStore,
        listed: api.Collection | None = None,
    ) -> None:
        tries, limit = 0, min(self._settings.retry_backoff_max, PAUSE_LIMIT)
        while not stop.is_set():
            began = time.monotonic()
            is_fault = not self._round(collection, handle, stop, store, listed or collection)
            is_short = time.monotonic() - began < SHORT
            tries = (tries if is_short else 0) + (is_short or is_fault)
            if tries > 1 or is_fault:  # a watch that has expired is nobody's fault, once
                stop.wait(backoff_seconds(tries, 1, limit))

    def _round(
        self,
        collection: api.Collection,
        handle: Callable[[dict[str, Any]], None],
        stop: threading.Event,
        store: ObjectStore,
        listed: api.Collection,
    ) -> bool:
        """List and watch until the next resync; False where that was a fault."""
        part = f"watch {collection.path}"
        try:
            store.begin_relist()
            version = _list(listed, handle)
            store.finish_relist()
            self._health.clear_fault(part)
            self._follow(collection, version, handle, stop, store)
        except api.WatchExpired:
            return True
        except api.FAULTS as exc:
            if not stop.is_set():
                reason = certificates.explained(api.words(exc), self._settings)
                self._health.fault(part, reason)
            return False
        return True

    def _follow(
        self,
        collection: api.Collection,
        version: str,
        handle: Callable[[dict[str, Any]], None],
        stop: threading.Event,
        store: ObjectStore,
    ) -> None:
        """See what changes, until the next resync."""
        with contextlib.closing(
            collection.changes(version, self._settings.resync_interval)
        ) as events:
            for event in events:
                if event["type"] == "DELETED":
                    store.delete(event["object"])
                    self._gone(event["object"])
                    if collection.path == api.JOBS:
                        self._forget(predicates.id_label(event["object"]) or "")
                else:
                    if collection.path == api.JOBS and event["type"] == "ADDED":
                        self._new(event["object"])
                    handle(event["object"])
                if stop.is_set():
                    return

    def _new(self, job: dict[str, Any]) -> None:
        digest = predicates.id_label(job)
        if digest:
            self._workqueue.defer(digest, NEW_JOB_GRACE_SECONDS)

    def _gone(self, obj: dict[str, Any]) -> None:
        """Have messages come again that wait for a deleted record."""
        digest = predicates.digest(obj)
        if digest and predicates.RECORD_LABEL in obj["metadata"]["labels"]:
            self._endpoints.forget(digest)
            self._rejector.rejection_attempted([digest], False)

    def _forget(self, digest: str) -> None:
        """Forget an id whose Job is gone."""
        self._hints.forget(digest)
        self._endpoints.forget(digest)

    def _job(self, job: dict[str, Any]) -> None:
        self._jobs.upsert(job, predicates.job_requeue_after(job, time.time()))
        self._plan_report(job)
        self._plan_look(job)

    def _record(self, record: dict[str, Any]) -> None:
        self._records.upsert(record, predicates.record_requeue_after(record, time.time()))
        digest = predicates.digest(record)
        if digest and predicates.DONE_LABEL in record["metadata"]["labels"]:
            self._rejector.rejection_attempted([digest], True)
        elif digest and predicates.attempt_failed(record):
            self._rejector.rejection_attempted([digest], False)
        self._plan_report(record)

    def _pod(self, pod: dict[str, Any]) -> None:
        digest = predicates.id_label(pod)
        if not digest:
            return
        endpoint, words = self._endpoints.of(digest), hints.of_pod(pod)
        if predicates.pod_calls_for_report(pod):
            if not words:
                self._workqueue.cancel_look(digest)  # whatever it waited for
            if not endpoint:  # its Job may be newer than what the other watch has shown
                self._workqueue.defer(digest, NEW_JOB_GRACE_SECONDS)
            self._workqueue.add_if_idle(digest, self._endpoints.lane(endpoint), endpoint)
        self._look_after(digest, endpoint, words)

    def _plan_look(self, job: dict[str, Any]) -> None:
        """Have hints of a Job and its Pods recorded, while a callback is pending."""
        digest = predicates.id_label(job)
        if not digest:
            return
        if predicates.DONE_LABEL in job["metadata"]["labels"]:
            self._hints.forget(digest)
            self._workqueue.cancel_look(digest)
            return
        if self._hints.saw(digest, job):
            self._workqueue.cancel_look(digest)
        self._look_after(digest, predicates.endpoint(job), hints.of_job(job))

    def _look_after(self, digest: str, endpoint: str, words: dict[str, float]) -> None:
        """Have an id looked at once more, as soon as its hints call for that."""
        seconds = self._hints.new(digest, words)
        if seconds is not None:
            self._workqueue.look_after(digest, seconds, self._endpoints.lane(endpoint), endpoint)

    def _plan_report(self, obj: dict[str, Any]) -> None:
        """Add an object's id to the workqueue for when the first object of this id is due.

        Several Jobs may have one id, as where two runners took two messages at a time, and a Job
        and the record of its expired callbacks do.
        """
        digest, endpoint = predicates.digest(obj), predicates.endpoint(obj)
        if not digest:
            return
        moments = [store.due_in(digest) for store in (self._jobs, self._records)]
        seconds = min((one for one in moments if one is not None), default=None)
        done = predicates.DONE_LABEL in obj["metadata"]["labels"]
        answered = predicates.has_answered(obj)
        self._endpoints.learn(digest, endpoint, done, answered)
        lane = self._endpoints.lane(endpoint)
        if seconds is None or seconds > self._settings.resync_interval:
            self._workqueue.forget(digest)  # the next look at all finds it
        elif seconds > 0:
            self._workqueue.add_after(digest, seconds, lane, endpoint)
        else:
            self._workqueue.add(digest, lane, endpoint)


def _list(collection: api.Collection, handle: Callable[[dict[str, Any]], None]) -> str:
    """Pass all objects to `handle`; return the version to watch from."""
    after, limit = None, PAGE
    while True:
        try:
            answer = collection.page(limit, after)
        except api.TooLarge:
            limit = max(1, limit // 2)
            continue
        for obj in answer["items"]:
            handle(obj)
        metadata = answer["metadata"]
        del answer  # before the next one comes
        after, limit = metadata.get("continue"), min(PAGE, limit + 1)
        if not after:
            return str(metadata["resourceVersion"])
