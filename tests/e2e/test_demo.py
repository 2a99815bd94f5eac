"""The demo: the specification's own message and its neighbours, on real parts."""

import json
import os
import subprocess
import sys

from kit.builders.objects import digest_of
from kit.paths import ROOT
from kit.wait import until

MESSAGES = ROOT / "runner/sqs_k8s_jobs/demo/messages"
CASES = ("seed", "exit-3", "out-of-memory", "deadline", "gpu", "fargate", "invalid")


def test_the_demo_shows_every_status_agrees_with_what_was_expected_and_leaves_nothing(cluster):
    done = subprocess.run(
        [sys.executable, "-m", "sqs_k8s_jobs", "demo", "--prepared"],
        env={
            **os.environ,
            "KUBECONFIG": str(cluster.kubeconfig),
            "SQS_K8S_JOBS_CONTEXT": cluster.context,
            "CLUSTER_REAL_NODE": "1" if cluster.real_node else "0",
            "CLUSTER_WHY_NO_REAL_NODE": cluster.why_no_real_node or "",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    for case in CASES:
        assert case in done.stdout
    if cluster.real_node:
        assert "Hello World" in done.stdout
    ids = [json.loads(path.read_text("utf-8"))["id"] for path in MESSAGES.glob("*.json")]
    digests = ",".join(digest_of(one) for one in ids)
    left = ("get", "jobs,configmaps", "-A", "-l", f"sqs-k8s.jobs/id in ({digests})", "-o", "name")
    until(lambda: not cluster.kubectl(*left), "the demo's ids are free again")


def test_the_demo_takes_no_cluster_that_was_not_named(tmp_path):
    environment = {
        name: value for name, value in os.environ.items() if name != "SQS_K8S_JOBS_CONTEXT"
    }
    done = subprocess.run(
        [sys.executable, "-m", "sqs_k8s_jobs", "demo"],
        env={**environment, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "--context" in done.stderr
