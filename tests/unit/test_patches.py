"""Merge patches of many objects, sent by Kubernetes' own client to a server on loopback."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils import patches
from kubernetes.client import ApiClient, Configuration
from support.endpoint import with_status

JOB = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a", "namespace": "n"}}
RECORD = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b", "namespace": "n"}}
NODE = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "c"}}


class Client:
    """The client of kubernetes.core, as far as a patch needs it."""

    def __init__(self, url):
        configuration = Configuration(host=url, api_key={"authorization": "Bearer secret"})
        configuration.retries = False
        self.client = SimpleNamespace(client=ApiClient(configuration))
        self.looked_up = []

    def resource(self, kind, version):
        self.looked_up.append((kind, version))
        return SimpleNamespace(path=lambda name, namespace: f"/{version}/{namespace}/{kind}/{name}")


@pytest.fixture
def client(endpoint):
    """A client of the server on loopback."""
    return Client(endpoint.url)


def test_a_patch_goes_to_its_object_as_json_merge_patch(client, endpoint):
    done = patches.Patches(client, 4).apply([JOB])

    (request,) = endpoint.requests
    assert done == [{"ok": True, "error": None}]
    assert (request.method, request.path) == ("PATCH", "/batch/v1/n/Job/a")
    assert json.loads(request.body) == JOB
    assert request.headers["content-type"] == "application/merge-patch+json"
    assert request.headers["accept"].startswith("application/json;as=PartialObjectMetadata")
    assert request.headers["authorization"] == "Bearer secret"


def test_an_object_may_be_in_no_namespace(client, endpoint):
    patches.Patches(client, 4).apply([NODE])

    assert endpoint.requests[0].path == "/v1/None/Node/c"


def test_a_dry_run_is_the_api_servers_own(client, endpoint):
    patches.Patches(client, 4, dry_run=True).apply([JOB])

    assert endpoint.requests[0].path.endswith("?dryRun=All")


def test_a_kind_is_looked_up_once(client):
    patches.Patches(client, 4).apply([JOB, RECORD, JOB])

    assert client.looked_up == [("Job", "batch/v1"), ("ConfigMap", "v1")]


def test_a_worker_keeps_its_connection_and_the_order(client, endpoint):
    patches.Patches(client, 1).apply([JOB, RECORD, JOB])

    assert [one.path[-1] for one in endpoint.requests] == ["a", "b", "a"]
    assert len({one.connection for one in endpoint.requests}) == 1


def test_results_are_in_the_order_of_their_patches_and_workers_send_side_by_side(client, endpoint):
    def answer(handler):
        if handler.path.endswith("a"):
            endpoint.released.wait(10)  # until the other was answered
        with_status(404 if handler.path.endswith("b") else 200)(handler)
        endpoint.released.set()

    endpoint.answer = answer

    done = patches.Patches(client, 2).apply([JOB, RECORD])

    assert [one["ok"] for one in done] == [True, False]
    assert [one.path[-1] for one in endpoint.requests] in (["a", "b"], ["b", "a"])


def test_there_may_be_nothing_to_patch(client):
    assert patches.Patches(client, 4).apply([]) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"message": "it is gone"}', "it is gone"),
        (b"<html>", "404 Not Found"),
        (b"[]", "404 Not Found"),
        (b"{}", "404 Not Found"),
        (b"[" * 99_999, "404 Not Found"),
    ],
)
def test_what_is_refused_says_why(client, endpoint, body, words):
    endpoint.answer = with_status(404, body)

    assert patches.Patches(client, 4).apply([JOB]) == [{"ok": False, "error": words}]


def test_a_silent_server_is_given_up(client, endpoint, monkeypatch):
    monkeypatch.setattr(patches, "TIMEOUT", 1)
    endpoint.answer = lambda _handler: endpoint.released.wait(10)

    (done,) = patches.Patches(client, 4).apply([JOB])

    assert not done["ok"]
    assert "timed out" in done["error"]


def test_a_failure_without_words_is_called_by_its_kind(client, monkeypatch):
    def silent(*_args, **_keywords):
        raise ConnectionResetError

    monkeypatch.setattr(client.client.client, "call_api", silent)

    (done,) = patches.Patches(client, 4).apply([JOB])

    assert done == {"ok": False, "error": "ConnectionResetError"}
