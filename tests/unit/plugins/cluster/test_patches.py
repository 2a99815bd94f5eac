"""Merge patches of many objects, sent by Kubernetes' own client to a server on loopback."""

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.cluster import patches
from kit.servers.endpoint import with_status
from kubernetes.client import ApiClient, Configuration
from kubernetes.dynamic import DynamicClient, Resource

JOB = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a", "namespace": "n"}}
RECORD = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b", "namespace": "n"}}
NODE = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "c"}}


class Client:
    """The client of kubernetes.core, as far as a patch needs it."""

    def __init__(self, url):
        configuration = Configuration(host=url, api_key={"authorization": "Bearer secret"})
        configuration.retries = False
        self.client = DynamicClient(ApiClient(configuration), discoverer=lambda *_: None)
        self.looked_up = []

    def resource(self, kind, version):
        self.looked_up.append((kind, version))
        group, _, version = version.rpartition("/")
        return Resource(
            prefix="apis" if group else "api",
            group=group,
            api_version=version,
            kind=kind,
            name=f"{kind.lower()}s",
            namespaced=kind != "Node",
            client=self.client,
        )

    def patch(self, resource, definition, **params):
        return resource.patch(definition, **params)


def with_uid(thing, uid):
    return {**thing, "metadata": {**thing["metadata"], "uid": uid}}


@pytest.fixture
def client(endpoint):
    """A client of the server on loopback."""
    return Client(endpoint.url)


def test_a_patch_goes_to_its_object_as_json_merge_patch(client, endpoint):
    done = patches.Patches(client, 4).apply([JOB])

    (request,) = endpoint.requests
    assert done == [{"ok": True, "error": None, "fault": False, "uid": None}]
    assert (request.method, request.path) == ("PATCH", "/apis/batch/v1/namespaces/n/jobs/a")
    assert json.loads(request.body) == JOB
    assert request.headers["content-type"] == "application/merge-patch+json"
    assert request.headers["accept"].startswith("application/json;as=PartialObjectMetadata")
    assert request.headers["authorization"] == "Bearer secret"


def test_an_object_may_be_in_no_namespace(client, endpoint):
    patches.Patches(client, 4).apply([NODE])

    assert endpoint.requests[0].path == "/api/v1/nodes/c"


def test_an_object_that_lacks_its_namespace_is_a_result_like_others(client, endpoint):
    lost = {**JOB, "metadata": {"name": "a"}}

    first, second = patches.Patches(client, 4).apply([lost, RECORD])

    assert (first["ok"], second["ok"]) == (False, True)
    assert first["error"].startswith("Namespace is required")
    assert len(endpoint.requests) == 1


def test_what_is_null_is_sent_as_null(client, endpoint):
    finalizers = {"metadata": {**JOB["metadata"], "finalizers": None}}

    patches.Patches(client, 4).apply([{**JOB, **finalizers}])

    assert json.loads(endpoint.requests[0].body)["metadata"]["finalizers"] is None


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
        (b"", "404 Not Found"),
        (b"[" * 99_999, "404 Not Found"),
    ],
)
def test_what_is_refused_says_why(client, endpoint, body, words):
    endpoint.answer = with_status(404, body)

    (done,) = patches.Patches(client, 4).apply([JOB])

    assert (done["ok"], done["error"]) == (False, words)


@pytest.mark.parametrize("code", [400, 401, 403, 413, 422, 429, 500, 503])
def test_what_is_refused_for_another_reason_than_a_change_is_an_operators_fault(
    client, endpoint, code
):
    endpoint.answer = with_status(code)

    (done,) = patches.Patches(client, 4).apply([with_uid(JOB, "u")])

    assert (done["ok"], done["fault"], done["uid"]) == (False, True, "u")


@pytest.mark.parametrize("code", [404, 409, 410])
def test_what_has_changed_or_is_no_more_is_nobodys_fault(client, endpoint, code):
    endpoint.answer = with_status(code)

    (done,) = patches.Patches(client, 4).apply([JOB])

    assert (done["ok"], done["fault"]) == (False, False)


@pytest.mark.parametrize("times", [1, 2])  # a cluster before 1.36 says it twice
def test_another_object_of_the_name_is_nobodys_fault(client, endpoint, times):
    causes = [{"field": "metadata.uid", "message": "field is immutable"}] * times
    status = {"message": "it is invalid", "details": {"causes": causes}}
    endpoint.answer = with_status(422, json.dumps(status).encode())

    (done,) = patches.Patches(client, 4).apply([JOB])

    assert (done["error"], done["fault"]) == ("it is invalid", False)


def test_words_that_quote_a_value_are_cut(client, endpoint):
    endpoint.answer = with_status(422, json.dumps({"message": "x" * 100_000}).encode())

    (done,) = patches.Patches(client, 4).apply([JOB])

    assert len(done["error"]) <= 500


def test_a_silent_server_is_given_up(client, endpoint, monkeypatch):
    monkeypatch.setattr(patches, "TIMEOUT", 1)
    endpoint.answer = lambda _handler: endpoint.released.wait(10)

    (done,) = patches.Patches(client, 4).apply([JOB])

    assert not done["ok"]
    assert "timed out" in done["error"]


@pytest.mark.parametrize(
    ("raised", "error"), [(ConnectionResetError(), "ConnectionResetError"), (OSError("no"), "no")]
)
def test_a_failure_without_words_is_called_by_its_kind(client, monkeypatch, raised, error):
    def fail(*_args, **_keywords):
        raise raised

    monkeypatch.setattr(client, "patch", fail)

    (done,) = patches.Patches(client, 4).apply([JOB])

    assert done == {"ok": False, "error": error, "fault": True, "uid": None}
