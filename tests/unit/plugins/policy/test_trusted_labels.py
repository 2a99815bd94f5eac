"""Labels that others trust: what SECURITY.md says of them, sentence by sentence."""

import json

import pytest
from kit.builders.rendering import manifest, message, render

# What some admission webhook, controller or Service of many clusters acts upon.
TRUSTED = [
    *("azure.workload.identity/use", "aadpodidbinding", "eks.amazonaws.com/fargate-profile"),
    *("admission.datadoghq.com/enabled", "linkerd.io/inject", "admission.gatekeeper.sh/ignore"),
    *("karpenter.sh/do-not-disrupt", "pod-template-hash", "name", "role", "tier", "app", "k8s-app"),
    *("app.kubernetes.io/name", "sidecar.istio.io/inject", "job-name", "controller-uid", "jobId"),
    *("gpuType", "batch.kubernetes.io/job-name", "vault.hashicorp.com/agent-inject", "workertype"),
    *("cluster-autoscaler.kubernetes.io/safe-to-evict", "kueue.x-k8s.io/queue-name", "security"),
]


def labelled(key, **rules):
    (one,) = render(message(fargate={"key": key, "value": "true"}), rules=rules)
    return one


@pytest.mark.parametrize("key", TRUSTED)
def test_a_message_sets_no_pod_label_but_worker_type(key):
    said = f"forbidden by policy: job.fargate.key: '{key}' is not allowed (allowed: WorkerType)"

    assert labelled(key)["error"] == {"errorCode": "A114", "message": said}
    assert labelled("WorkerType")["error"] is None


def test_a_message_sets_the_pod_labels_that_the_operator_lists():
    listed = ["WorkerType", "profiles.example/*"]

    made = labelled("profiles.example/batch", pod_labels=listed)

    pod = made["manifest"]["spec"]["template"]["metadata"]["labels"]
    assert pod["profiles.example/batch"] == "true"
    assert labelled("role", pod_labels=listed)["error"]["errorCode"] == "A114"


@pytest.mark.parametrize("key", ["app.kubernetes.io/name", "jobId", "sidecar.istio.io/inject"])
def test_a_pod_label_of_the_template_holds_where_the_operator_lists_its_key(key):
    usual = manifest(message())["spec"]["template"]["metadata"]["labels"]

    made = labelled(key, pod_labels=["*"])["manifest"]

    assert made["spec"]["template"]["metadata"]["labels"] == usual


def served(service, **rules):
    (one,) = render({**message(), "service": service}, rules=rules)
    return one


def test_a_message_names_any_service_unless_the_operator_lists_them():
    assert served("payments")["error"] is None

    listed = {"service_names": ["billing", "team-*"]}
    said = "forbidden by policy: service: 'payments' is not allowed (allowed: billing, team-*)"
    assert served("payments", **listed)["error"] == {"errorCode": "A114", "message": said}
    assert [served(one, **listed)["error"] for one in ("billing", "team-a")] == [None, None]


def test_a_service_with_rules_of_its_own_is_named_only_where_it_is_listed():
    rules = {"service_names": ["billing"], "services": {"payments": {"secrets": ["*"]}}}

    assert "service: 'payments'" in served("payments", **rules)["error"]["message"]


def test_the_operator_may_have_another_label_for_the_service():
    made = manifest(message(), service_label="jobs.example/service")

    for metadata in (made["metadata"], made["spec"]["template"]["metadata"]):
        assert metadata["labels"]["jobs.example/service"] == "example"
        assert "app.kubernetes.io/name" not in metadata["labels"]


def test_the_operator_may_have_no_label_for_the_service():
    made = manifest(message(), service_label="")

    assert "example" not in json.dumps([made["metadata"]["labels"], made["spec"]["template"]])
