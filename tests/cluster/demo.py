"""Needs of the demo's Jobs in a cluster: nodes of three kinds and a volume claim."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Template

from .kubectl import Kubectl

MANIFESTS = Path(__file__).with_name("manifests")
NODE = "k8s-node-1"
TAINT = "key=value:NoSchedule"


def volume_folder(state: Path) -> Path:
    """The folder behind the volume, writable for whatever user a container runs as."""
    folder = state / "volume"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)
    return folder


def manifests(state: Path) -> Iterator[str]:
    """The manifests, one object each."""
    folder = str(volume_folder(state))
    for name in ("gpu-node-1", "fargate-node-1", "ps-pv", "ps-pvc"):
        yield Template((MANIFESTS / f"{name}.yaml").read_text()).safe_substitute(folder=folder)


def prepare(kubectl: Kubectl, state: Path) -> None:
    """Make all of it in a cluster of our own."""
    for manifest in manifests(state):
        kubectl("create", "-f", "-", stdin=manifest)
