"""Watching: the door to Kubernetes, for what wakes a report. It changes nothing there."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import kubernetes.client
import kubernetes.config
import urllib3.exceptions

from sqs_k8s_jobs import certificates, wake
from sqs_k8s_jobs.endpoints import Endpoints
from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.health import Health
from sqs_k8s_jobs.pauses import pause
from sqs_k8s_jobs.seen import Seen
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.wanted import Wanted

JOBS = "/apis/batch/v1/jobs"
PODS = "/api/v1/pods"
RECORDS = "/api/v1/namespaces/{}/configmaps"
PAGE = 500  # objects in one answer to a list
PAUSE_LIMIT = 15.0  # seconds between two tries to watch
NEW_SECONDS = 5.0  # for which a new Job is left to who made it, as they tell its status 0 at once
FAULTS = (kubernetes.client.ApiException, urllib3.exceptions.HTTPError, OSError, ValueError)


class Expired(ValueError):
    """The watch cannot go on from where it was: list again."""


def connect(settings: Settings) -> kubernetes.client.ApiClient:
    """Return a client for the cluster that the settings name.

    Raises OperatorError where there is none, or its API does not answer.
    """
    server = ""
    try:
        if settings.context:
            client = kubernetes.config.new_client_from_config(
                settings.kubeconfig or None, settings.context
            )
        else:
            kubernetes.config.load_incluster_config()
            client = kubernetes.client.ApiClient()
        server = client.configuration.host
        certificates.heed(client, settings)
        _get(client, JOBS, {"limit": "1"})
    except (*FAULTS, kubernetes.config.ConfigException) as exc:
        name = f"context {settings.context}" if settings.context else "this pod's own cluster"
        words = certificates.explained(_words(exc), settings, server)
        raise OperatorError(f"the cluster ({name}) cannot be used: {words}") from exc
    return client


class Watcher:
    """Looks at all Jobs and records, then watches them and Pods until the next look is due."""

    def __init__(
        self,
        client: kubernetes.client.ApiClient,
        wanted: Wanted,
        endpoints: Endpoints,
        health: Health,
        settings: Settings,
    ) -> None:
        self._client = client
        self._wanted = wanted
        self._endpoints = endpoints
        self._health = health
        self._settings = settings
        self.told: Callable[[str, bool], None] = lambda _digest, _accepted: None
        self.jobs = Seen()
        self.records = Seen()

    def watch_jobs(self, stopping: threading.Event) -> None:
        """Want what Jobs call for. Each round lists them all anew: that is the resync."""
        self._rounds(JOBS, {"labelSelector": wake.ID_LABEL}, self._job, stopping, self.jobs)

    def watch_records(self, stopping: threading.Event) -> None:
        """Want what the records of refused messages call for, and list them all anew too."""
        path = RECORDS.format(self._settings.record_namespace)
        selector = {"labelSelector": f"{wake.ID_LABEL},{wake.RECORD_LABEL}"}
        self._rounds(path, selector, self._record, stopping, self.records)

    def watch_pods(self, stopping: threading.Event) -> None:
        """Want what Pods call for. What is missed here, a Job's own status says later."""
        running = {"labelSelector": wake.ID_LABEL, "fieldSelector": "status.phase=Running"}
        self._rounds(PODS, running, self._pod, stopping, Seen())

    def _rounds(
        self,
        path: str,
        selector: dict[str, str],
        see: Callable[[dict[str, Any]], None],
        stop: threading.Event,
        seen: Seen,
    ) -> None:
        tries = 0
        while not stop.is_set():
            try:
                seen.begin()
                version = self._list(path, selector, see if path != PODS else None)
                seen.settle()
                self._health.well(f"watch {path}")
                tries = 0
                for event in self._stream(path, selector, version, stop):
                    if event["type"] == "DELETED":
                        seen.gone(event["object"])
                        continue
                    if path == JOBS and event["type"] == "ADDED":
                        self._new(event["object"])
                    see(event["object"])
            except Expired:
                continue
            except FAULTS as exc:
                if not stop.is_set():
                    self._health.fault(f"watch {path}", _words(exc))
                tries += 1
                stop.wait(pause(tries, 1, min(self._settings.retry_pause_limit, PAUSE_LIMIT)))

    def _list(
        self, path: str, selector: dict[str, str], see: Callable[[dict[str, Any]], None] | None
    ) -> str:
        """Return the version to watch from, having shown all things to `see`, if there is one."""
        query = {**selector, "limit": str(PAGE if see else 1)}
        while True:
            answer = _get(self._client, path, query)
            for thing in answer["items"] if see else []:
                see(thing)  # type: ignore[misc]
            metadata = answer["metadata"]
            if not see or not metadata.get("continue"):
                return str(metadata["resourceVersion"])
            query["continue"] = metadata["continue"]

    def _stream(
        self, path: str, selector: dict[str, str], version: str, stop: threading.Event
    ) -> Iterator[dict[str, Any]]:
        query = {
            **selector,
            "watch": "true",
            "resourceVersion": version,
            "timeoutSeconds": str(self._settings.resync_interval),
        }
        response = _request(self._client, path, query, self._settings.resync_interval + 30)
        try:
            for line in _lines(response):
                event = json.loads(line)
                if event["type"] == "ERROR":
                    raise Expired(event["object"].get("message"))
                yield event
                if stop.is_set():
                    return
        finally:
            response.close()

    def _new(self, job: dict[str, Any]) -> None:
        digest = wake.id_label(job)
        if digest:
            self._wanted.hold(digest, NEW_SECONDS)

    def _job(self, job: dict[str, Any]) -> None:
        self.jobs.saw(job)
        self._want(job, wake.job_wakes_in(job, time.time()))

    def _record(self, record: dict[str, Any]) -> None:
        self.records.saw(record)
        digest = wake.id_label(record)
        if digest and wake.DONE_LABEL in record["metadata"]["labels"]:
            self.told(digest, True)
        elif digest and wake.was_refused(record):
            self.told(digest, False)
        self._want(record, wake.record_wakes_in(record, time.time()))

    def _pod(self, pod: dict[str, Any]) -> None:
        digest = wake.id_label(pod)
        if digest and wake.pod_wakes(pod):
            endpoint = self._endpoints.of(digest)
            self._wanted.hurry(digest, self._endpoints.lane(endpoint), endpoint)

    def _want(self, thing: dict[str, Any], seconds: float | None) -> None:
        digest, endpoint = wake.id_label(thing), wake.endpoint(thing)
        if not digest:
            return
        self._endpoints.learn(digest, endpoint, done=wake.DONE_LABEL in thing["metadata"]["labels"])
        lane = self._endpoints.lane(endpoint)
        if seconds is None or seconds > self._settings.resync_interval:
            self._wanted.discard(digest)  # the next look at all finds it
        elif seconds > 0:
            self._wanted.put_off(digest, seconds, lane, endpoint)
        else:
            self._wanted.add(digest, lane, endpoint)


def _get(client: kubernetes.client.ApiClient, path: str, query: dict[str, str]) -> Any:
    response = _request(client, path, query, 60)
    try:
        return json.loads(response.data)
    finally:
        response.release_conn()


def _request(
    client: kubernetes.client.ApiClient, path: str, query: dict[str, str], timeout: float
) -> Any:
    return client.call_api(
        path,
        "GET",
        query_params=list(query.items()),
        header_params={"Accept": "application/json"},
        auth_settings=["BearerToken"],
        _preload_content=False,
        _return_http_data_only=True,
        _request_timeout=(5, timeout),
    )


def _lines(response: Any) -> Iterator[bytes]:
    rest = b""
    for part in response.stream(amt=None, decode_content=False):
        *lines, rest = (rest + part).split(b"\n")
        yield from (line for line in lines if line)


def _words(exc: Exception) -> str:
    if isinstance(exc, kubernetes.client.ApiException):
        return f"{exc.status} {exc.reason}"
    return str(exc) or type(exc).__name__
