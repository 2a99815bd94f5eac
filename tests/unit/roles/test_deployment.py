"""The manifests of the runner, as playbooks/manifests.yml writes them without a cluster."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from kit.paths import ROOT

VARIABLES = {
    "deploy_image": "registry.example/sqs-k8s-jobs:1",
    "deploy_queue_url": "https://sqs.eu-central-1.amazonaws.com/1/jobs",
    "deploy_pod_monitor": "true",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The manifests by their kind; of a kind with several, a list."""
    path = tmp_path_factory.mktemp("deployment") / "manifests.yaml"
    done = subprocess.run(
        [
            str(Path(sys.executable).parent / "ansible-playbook"),
            *("playbooks/manifests.yml", "-e"),
            json.dumps({**VARIABLES, "deploy_manifests_file": str(path)}),
        ],
        cwd=ROOT,
        env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return list(yaml.safe_load_all(path.read_text("utf-8")))


@pytest.fixture
def one(made):
    def of_kind(kind):
        (found,) = [manifest for manifest in made if manifest["kind"] == kind]
        return found["spec"]

    return of_kind


@pytest.fixture
def pod(one):
    return one("Deployment")["template"]


@pytest.fixture
def container(pod):
    (found,) = pod["spec"]["containers"]
    return found


@pytest.fixture
def settings(made):
    """The settings that the runner reads."""
    (found,) = [
        manifest["data"]["settings.yml"]
        for manifest in made
        if "settings.yml" in manifest.get("data", {})
    ]
    return yaml.safe_load(found)


def test_the_container_writes_to_its_volumes_alone_and_gains_no_rights(pod, container):
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["spec"]["securityContext"]["runAsNonRoot"] is True
    assert pod["spec"]["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    written = [mount for mount in container["volumeMounts"] if not mount.get("readOnly")]
    assert {mount["mountPath"] for mount in written} == {"/dev/shm", "/tmp"}


def test_whatever_chooses_the_runners_pods_finds_them(one, pod):
    (spread,) = pod["spec"]["topologySpreadConstraints"]
    assert spread["topologyKey"] == "kubernetes.io/hostname"
    chosen = [
        one("Deployment")["selector"]["matchLabels"],
        one("PodDisruptionBudget")["selector"]["matchLabels"],
        one("NetworkPolicy")["podSelector"]["matchLabels"],
        one("PodMonitor")["selector"]["matchLabels"],
        one("Service")["selector"],
        spread["labelSelector"]["matchLabels"],
    ]

    for labels in chosen:
        assert labels
        assert labels.items() <= pod["metadata"]["labels"].items()


def test_the_kubelet_asks_the_pages_that_the_runner_serves(container, settings):
    (port,) = container["ports"]

    assert settings["metrics_bind_address"] == f"0.0.0.0:{port['containerPort']}"
    asked = {name: container[f"{name}Probe"]["httpGet"] for name in ("liveness", "readiness")}
    assert asked == {
        "liveness": {"path": "/healthz", "port": port["name"]},
        "readiness": {"path": "/readyz", "port": port["name"]},
    }


def test_replicas_share_a_lease_and_a_namespace_of_records(one, settings):
    assert one("Deployment")["replicas"] > 1
    assert (settings["leader_election_lease"], settings["record_namespace"]) == (
        "sqs-k8s-jobs",
        "sqs-k8s-jobs",
    )
