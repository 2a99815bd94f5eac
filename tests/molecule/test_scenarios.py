"""Each role's molecule scenario: converge, idempotence and verify, on a real control plane."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEARD = {"submit": [], "report": [0, 1, 2]}


@pytest.mark.parametrize("scenario", ["submit", "report"])
def test_the_role_converges_is_idempotent_and_verified(scenario, cluster, receiver, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "molecule", "test", "--scenario-name", scenario],
        cwd=ROOT / "extensions",
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "K8S_AUTH_KUBECONFIG": str(cluster.kubeconfig),
            "K8S_AUTH_CONTEXT": cluster.context,
            "MOLECULE_COLLECTIONS_PATH": str(ROOT / "collections"),
            "MOLECULE_EPHEMERAL_DIRECTORY": str(tmp_path),
            "MOLECULE_WEBHOOK_URL": receiver.url,
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert [one.body["status"] for one in receiver.callbacks()] == HEARD[scenario]
