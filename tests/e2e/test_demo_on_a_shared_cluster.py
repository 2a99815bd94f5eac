"""The demo in a cluster that is there for other things: it says what it makes, and removes it."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest
from cluster import Cluster
from cluster.demo import MANIFESTS
from kit.cluster.service_account import kubeconfig
from kit.wait import until

KINDS = "namespaces,nodes,persistentvolumes,persistentvolumeclaims,jobs,pods,configmaps"
CLASS = "class-by-default"
STORAGE = [
    {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {
            "name": CLASS,
            "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
        },
        "provisioner": "kubernetes.io/no-provisioner",
    },
    {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": "volume"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "capacity": {"storage": "1Gi"},
            "hostPath": {"path": "/tmp/sqs-k8s-jobs-volume", "type": "DirectoryOrCreate"},
            "storageClassName": CLASS,
        },
    },
]
STRANGERS_JOB = {
    "apiVersion": "batch/v1",
    "kind": "Job",
    "metadata": {"name": "of-another-runner", "labels": {"sqs-k8s.jobs/id": "0" * 32}},
    "spec": {
        "suspend": True,
        "template": {
            "spec": {
                "restartPolicy": "Never",
                "containers": [{"name": "job", "image": "busybox"}],
            }
        },
    },
}


@pytest.fixture(scope="module")
def shared():
    """A cluster with a node that takes any pod, a GPU node and a Fargate node."""
    with Cluster(real_node="node-1") as started:
        for name in ("gpu-node-1", "fargate-node-1"):
            started.kubectl("create", "-f", str(MANIFESTS / f"{name}.yaml"))
        started.kubectl("create", "namespace", "team-a")
        yield started


def things(cluster):
    """The names of everything that the demo might leave behind."""
    return set(cluster.kubectl("get", KINDS, "-A", "-o", "name").split())


# Tests that were started in the background have all that they start heed no Ctrl-C.
HEEDING_CTRL_C = ("env", "--default-signal=INT")


def start(cluster, *flags):
    """Start the demo as somebody does who has a kubeconfig and nothing else of this project."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("SQS_K8S_JOBS_")
    }
    return subprocess.Popen(
        [
            *(*HEEDING_CTRL_C, sys.executable, "-m", "sqs_k8s_jobs"),
            *("demo", "--context", cluster.context, *flags),
        ],
        env={**environment, "KUBECONFIG": str(cluster.kubeconfig)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_says_first_what_it_creates_runs_what_the_nodes_can_run_and_leaves_nothing(shared):
    for thing in STORAGE:
        shared.kubectl("create", "-f", "-", stdin=json.dumps(thing))
    before = things(shared)

    process = start(shared)
    output, errors = process.communicate()

    shared.kubectl("delete", "storageclass", CLASS)
    assert process.returncode == 0, output + errors
    assert re.fullmatch(
        f"demo in the cluster of context {shared.context}: creates the namespace"
        r" sqs-k8s-jobs-demo-[a-z0-9]{4} with 6 Jobs and a volume claim, and removes it at the end",
        output.splitlines()[0],
    )
    assert output.count("│ as expected │") == 7
    assert "left out" not in output
    if shared.real_node:
        assert "printed: Hello World" in output
    assert things(shared) == before


@pytest.mark.parametrize("flags", [(), ("--namespace", "team-a")])
def test_ctrl_c_in_the_middle_removes_all_that_it_made(shared, flags):
    before = things(shared)

    with start(shared, *flags) as process:
        lines = iter(process.stdout.readline, "")
        first = next(lines)
        assert any(re.search(r" deadline +1 pod started", line) for line in lines)
        assert things(shared) != before
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()

    assert process.returncode == 130, rest
    assert " 6 Jobs" in first
    assert ("in the namespace team-a, and removes them" in first) == bool(flags)
    assert things(shared) == before


def test_it_does_not_start_where_another_runner_has_jobs(shared):
    shared.kubectl("create", "-n", "team-a", "-f", "-", stdin=json.dumps(STRANGERS_JOB))
    before = things(shared)

    output, errors = start(shared).communicate()

    shared.kubectl("delete", "job", "-n", "team-a", "of-another-runner")
    assert output == ""
    assert "has Jobs of another runner of this service, in team-a" in errors
    assert len(errors.splitlines()) == 1
    assert things(shared) - before == set()


def test_it_stops_where_another_runner_makes_a_job_meanwhile(shared):
    before = things(shared)

    with start(shared) as process:
        until(lambda: things(shared) != before, "the demo's namespace is there")
        shared.kubectl("create", "-n", "team-a", "-f", "-", stdin=json.dumps(STRANGERS_JOB))
        _, errors = process.communicate()

    job = json.loads(shared.kubectl("get", "job", "-n", "team-a", "-o", "json"))["items"][0]
    shared.kubectl("delete", "job", "-n", "team-a", "of-another-runner")
    assert process.returncode == 2
    assert "has Jobs of another runner of this service, in team-a" in errors
    assert "finalizers" not in job["metadata"]
    until(lambda: things(shared) == before, "nothing is left")


def test_without_the_right_to_create_a_namespace_it_says_so(shared, tmp_path):
    path = kubeconfig(shared, "team-a", "default", tmp_path)

    process = start(shared, "--kubeconfig", str(path))
    output, errors = process.communicate()

    assert (process.returncode, output) == (2, "")
    assert "you lack the right to create namespaces: ask for it, or name a namespace" in errors
    assert len(errors.splitlines()) == 1
