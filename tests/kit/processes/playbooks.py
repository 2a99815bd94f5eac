"""Playbooks of this checkout, run against a cluster as a person would."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from typing import Any

from cluster import Cluster

from kit.paths import ROOT

from . import ansible_core


def run(
    cluster: Cluster,
    name: str,
    variables: dict[str, Any],
    flags: Sequence[str] = (),
    program: str | None = None,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Run one with these variables, by ansible-playbook or a program in its place.

    `environment` comes on top of that in which modules find the cluster.
    """
    return subprocess.run(
        [
            program or ansible_core.program(),
            f"playbooks/{name}",
            "-e",
            json.dumps(variables),
            *flags,
        ],
        cwd=ROOT,
        env={
            **os.environ,
            **cluster.for_modules,
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_NOCOLOR": "1",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
