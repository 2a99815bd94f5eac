"""The watch's requests to the API server: own objects only, and all that need a report.

The requests are those of Kubernetes' own client, to a server on loopback.
"""

import json
import threading
from urllib.parse import parse_qsl, urlsplit

import pytest
from kit.models.recorders import RecordedRejector
from kit.servers.endpoint import with_status
from kit.threads import Pauses, within_patience
from kubernetes.client import ApiClient, Configuration
from sqs_k8s_jobs.cluster import api
from sqs_k8s_jobs.cluster.object_store import ObjectStore
from sqs_k8s_jobs.observability.health import Health
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.watch.informer import PAUSE_LIMIT, Informer
from sqs_k8s_jobs.workqueue.endpoints import Endpoints
from sqs_k8s_jobs.workqueue.workqueue import WorkQueue

RECORDS = "sqs-k8s.jobs/id,sqs-k8s.jobs/record"
JSON = {"Content-Type": "application/json"}


class ApiServer:
    """Lists and watches, a page or an event at a time; what comes after the last ends all."""

    def __init__(self, endpoint):
        endpoint.answer = self.answer
        self.pages = [{"items": [], "metadata": {"resourceVersion": "7"}}]
        self.events = []
        self.later = []  # the events of the watches after the first one
        self.asked = []
        self.headers = []
        self.stopping = threading.Event()
        self.health = Health()
        configuration = Configuration(host=endpoint.url)
        configuration.api_key = {"authorization": "Bearer secret"}
        self.client = ApiClient(configuration)

    def watcher(self):
        settings = Settings(record_namespace="records", resync_interval=60)
        return Informer(
            self.client,
            WorkQueue(),
            Endpoints(),
            RecordedRejector(),
            ObjectStore(),
            ObjectStore(),
            self.health,
            settings,
        )

    def answer(self, handler):
        split = urlsplit(handler.path)
        query = dict(parse_qsl(split.query))
        self.asked.append((split.path, query))
        self.headers.append(handler.headers)
        if "watch" in query:
            self.stream(handler)
        else:
            page = self.pages.pop(0) if len(self.pages) > 1 else self.pages[0]
            with_status(200, json.dumps(page).encode(), **JSON)(handler)

    def stream(self, handler):
        """Send what there is as the API server does, cut where it happens to be."""
        lines = b"".join(json.dumps(one).encode() + b"\n" for one in self.events)
        handler.send_response(200)
        for name, value in {**JSON, "Transfer-Encoding": "chunked"}.items():
            handler.send_header(name, value)
        handler.end_headers()
        for part in (lines[:10], lines[10:]):
            if part:
                handler.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        if self.events:
            self.events = self.later.pop(0) if self.later else []
        else:
            self.stopping.set()
        handler.wfile.write(b"0\r\n\r\n")


@pytest.fixture
def server(endpoint):
    """An API server on loopback."""
    return ApiServer(endpoint)


@pytest.mark.parametrize(
    ("look", "path", "selectors"),
    [
        ("watch_jobs", "/apis/batch/v1/jobs", {"labelSelector": "sqs-k8s.jobs/id"}),
        (
            "watch_records",
            "/api/v1/namespaces/records/configmaps",
            {"labelSelector": RECORDS},
        ),
        (
            "watch_pods",
            "/api/v1/pods",
            {
                "labelSelector": "sqs-k8s.jobs/id",
                "fieldSelector": "status.phase!=Succeeded,status.phase!=Failed",
            },
        ),
    ],
)
def test_it_lists_and_watches_what_is_ours(server, look, path, selectors):
    within_patience(getattr(server.watcher(), look), server.stopping)

    (listed, lists), (watched, watches) = server.asked
    assert (listed, watched) == (path, path)
    waiting = {"fieldSelector": "status.phase=Pending"} if look == "watch_pods" else {}
    assert lists == {**selectors, **waiting, "limit": "100"}  # of the others, their Jobs say it
    assert watches.pop("watch").lower() == "true"
    assert watches == {**selectors, "resourceVersion": "7", "timeoutSeconds": "60"}
    for headers in server.headers:
        assert headers["Accept"] == "application/json"
        assert headers["Authorization"] == "Bearer secret"


def test_a_long_list_comes_in_pages_on_one_connection(server, endpoint):
    job = {"metadata": {"labels": {"sqs-k8s.jobs/id": "a"}, "annotations": {}}}
    job["metadata"] |= {"uid": "u", "creationTimestamp": "2026-01-01T00:00:00Z"}
    first = {"items": [job], "metadata": {"resourceVersion": "7", "continue": "c/="}}
    server.pages.insert(0, first)
    watch = server.watcher()

    within_patience(watch.watch_jobs, server.stopping)

    one, two, _ = (query for _, query in server.asked)
    assert two == {**one, "continue": "c/="}
    assert len({request.connection for request in endpoint.requests}) == 1


def test_a_watch_that_expired_begins_with_a_list_at_once_and_is_no_fault(server):
    server.events = [{"type": "ERROR", "object": {"code": 410, "message": "too old"}}]

    within_patience(server.watcher().watch_jobs, server.stopping)

    assert ["watch" in query for _, query in server.asked] == [False, True, False, True]
    assert server.health.ready


def test_watches_that_end_at_once_again_and_again_have_growing_pauses_between_them(server):
    expired = [{"type": "ERROR", "object": {"code": 410, "message": "too old"}}]
    server.events, server.later = expired, [expired] * 3
    server.stopping = Pauses()

    within_patience(server.watcher().watch_jobs, server.stopping)

    first, second, third, fourth = server.stopping.seconds
    assert 1 <= first <= 2 <= second <= 4 <= third <= 8
    assert PAUSE_LIMIT / 2 <= fourth <= PAUSE_LIMIT
    assert server.health.ready


def test_an_answer_of_too_many_bytes_is_asked_for_again_in_smaller_ones(server, monkeypatch):
    monkeypatch.setattr(api, "MOST_OF_PAGE", 1000)
    job = {"metadata": {"labels": {"sqs-k8s.jobs/id": "a"}, "annotations": {"big": "x" * 1000}}}
    job["metadata"] |= {"uid": "u", "creationTimestamp": "2026-01-01T00:00:00Z"}
    large = {"items": [job], "metadata": {"resourceVersion": "7"}}
    server.pages = [large] * 7 + server.pages
    watch = server.watcher()

    within_patience(watch.watch_jobs, server.stopping)

    limits = [query["limit"] for _, query in server.asked if "limit" in query]
    assert limits == ["100", "50", "25", "12", "6", "3", "1"]  # one object is read, however large
    assert server.health.ready


def test_what_the_api_server_refuses_is_a_fault(server, endpoint):
    def refuse(handler):
        with_status(403, b'{"message": "no"}', **JSON)(handler)
        endpoint.answer = server.answer

    endpoint.answer = refuse
    seen = []
    server.health.fault = lambda *fault: seen.append(fault)

    within_patience(server.watcher().watch_jobs, server.stopping)

    assert seen == [("watch /apis/batch/v1/jobs", "403 Forbidden")]


def test_pods_that_wait_already_are_worth_a_look_and_those_of_jobs_that_are_gone_are_forgotten(
    server,
):
    labels = {"sqs-k8s.jobs/id": "a"}
    why = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}
    status = {"phase": "Pending", "conditions": [why]}
    pod = {"metadata": {"labels": labels}, "status": status}
    job = {"metadata": {"labels": labels, "uid": "u", "creationTimestamp": "2026-01-01T00:00:00Z"}}
    server.pages.insert(0, {"items": [pod], "metadata": {"resourceVersion": "7"}})
    watch = server.watcher()

    within_patience(watch.watch_pods, server.stopping)

    assert list(watch._workqueue._looks) == ["a"]
    assert watch._hints.new("a", {"Unschedulable": 5.0}) is None
    server.stopping.clear()
    server.events = [{"type": "DELETED", "object": job}]
    within_patience(watch.watch_jobs, server.stopping)
    assert watch._hints.new("a", {"Unschedulable": 5.0}) == 5.0
