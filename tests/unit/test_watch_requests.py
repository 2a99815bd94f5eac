"""What the watch asks the API server for: nothing of others, and all that wakes a report."""

from __future__ import annotations

import json
import threading

import pytest
from sqs_k8s_jobs.endpoints import Endpoints
from sqs_k8s_jobs.health import Health
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.wanted import Wanted
from sqs_k8s_jobs.watcher import Watcher
from support.threads import within_patience

RECORDS = "sqs-k8s.jobs/id,sqs-k8s.jobs/record"
LISTED = {"items": [], "metadata": {"resourceVersion": "7"}}


class Answer:
    """An answer of the API server."""

    def __init__(self, content=None):
        self.data = json.dumps(content)

    def stream(self, **_options):
        return iter(())

    def release_conn(self):
        """Nothing was connected."""

    close = release_conn


class ApiServer:
    """Keeps what it is asked; the first watch ends all."""

    def __init__(self):
        self.asked = []
        self.stopping = threading.Event()

    def call_api(self, path, _method, query_params, **_options):
        query = dict(query_params)
        self.asked.append((path, query))
        if "watch" in query:
            self.stopping.set()
        return Answer(None if "watch" in query else LISTED)


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
            {"labelSelector": "sqs-k8s.jobs/id", "fieldSelector": "status.phase=Running"},
        ),
    ],
)
def test_it_lists_and_watches_what_is_ours(look, path, selectors):
    server, settings = ApiServer(), Settings(record_namespace="records")
    watch = Watcher(server, Wanted(), Endpoints(), Health(), settings)

    within_patience(getattr(watch, look), server.stopping)

    (listed, lists), (watched, watches) = server.asked
    assert (listed, watched) == (path, path)
    assert selectors.items() <= lists.items()
    assert {**selectors, "resourceVersion": "7"}.items() <= watches.items()
