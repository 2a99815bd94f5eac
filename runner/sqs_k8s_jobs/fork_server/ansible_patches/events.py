"""Skip ansible-runner's events: the callback plugin status has all that the runner needs."""

from __future__ import annotations

import os
from pathlib import Path

from sqs_k8s_jobs.fork_server.ansible_patches.patch import NotNeeded, Patch
from sqs_k8s_jobs.fork_server.ansible_patches.requirement import Mismatch
from sqs_k8s_jobs.fork_server.cache import DiskCache

WHERE = "AWX_ISOLATED_DATA_DIR"  # where its callback is to write events
PATHS = "ANSIBLE_CALLBACK_PLUGINS"
OUTPUT = "ANSIBLE_STDOUT_CALLBACK"
OWN_OUTPUT = "awx_display"
OPERATORS_OUTPUT = "ORIGINAL_STDOUT_CALLBACK"


def _leave_out_events(_: DiskCache) -> None:
    """Take ansible-runner's callback out of the environment, before Ansible reads that."""
    if WHERE not in os.environ:
        raise NotNeeded("ansible-runner has not started it, and nobody wants events")
    paths = os.environ.get(PATHS, "").split(os.pathsep)
    others = [path for path in paths if "ansible_runner" not in Path(path).parts]
    if others == paths or os.environ.get(OUTPUT) != OWN_OUTPUT:
        raise Mismatch(f"{PATHS} and {OUTPUT} do not name {OWN_OUTPUT} of ansible_runner")
    if any(others):
        os.environ[PATHS] = os.pathsep.join(others)
    else:
        del os.environ[PATHS]
    os.environ[OUTPUT] = os.environ.get(OPERATORS_OUTPUT, "default")


LEFT_OUT_EVENTS = Patch("left out events", "ansible-runner", (), _leave_out_events)
