"""What the demo's jobs expect of a cluster: nodes of three kinds and a volume claim."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from string import Template

from .errors import ClusterError
from .fakenodes import FakeNode
from .kubectl import Kubectl
from .process import Undo
from .progress import say

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


def lend(kubectl: Kubectl, state: Path, nodes: list[FakeNode], demo: bool, undo: Undo) -> None:
    """Make it in a cluster that somebody named: leave what is there, take back what was made."""
    texts = [json.dumps(node.manifest()) for node in nodes]
    for text in [*texts, *(manifests(state) if demo else [])]:
        try:
            made = kubectl("create", "-f", "-", "-o", "name", stdin=text).strip()
        except ClusterError as error:
            if "AlreadyExists" not in str(error):
                raise
            say(f"left as it is: {str(error).rpartition(': ')[2]}")
            continue
        remove = ["delete", made, "--ignore-not-found", "--wait=false"]
        if made.startswith("persistentvolumeclaim/"):
            remove.append("--namespace=default")
        undo.note(run=[*kubectl.command, *remove])
        if made.startswith("node/"):
            pods = ["delete", "pods", "--all-namespaces", "--wait=false"]
            pods += [f"--field-selector=spec.nodeName={made.partition('/')[2]}"]
            undo.note(run=[*kubectl.command, *pods, "--grace-period=0", "--force"])
