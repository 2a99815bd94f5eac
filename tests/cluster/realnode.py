"""One real node: kubelet, containerd and runc in namespaces, joined to a control plane outside."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from . import nodeconfig, packages
from .bridge import NAME, Bridge
from .controlplane import ControlPlane
from .errors import ClusterError
from .guard import hierarchies
from .images import Images
from .place import Place
from .ports import free_ports
from .process import Process
from .progress import Stopwatch, say
from .registry import Registry

NAMESPACES = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
SCRIPT = Path(__file__).with_name("realnode.sh")
READY_SECONDS = 180.0
FOLDERS = ("var-log", "kubelet", "sysctl", "cni", "images")
READINESS = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}/{.spec.taints[*].key}'


def why_not() -> str | None:
    """Why this machine cannot run a real node, or None where it can."""
    if os.uname().sysname != "Linux":
        return f"a real node needs Linux, not {os.uname().sysname}"
    if os.geteuid() != 0:
        return "a real node needs root"
    reason = packages.ensure()
    if reason:
        return reason
    probe = [*NAMESPACES, "mount", "--make-rshared", "/"]
    attempt = subprocess.run(probe, capture_output=True, check=False)
    if attempt.returncode:
        return f"no namespaces of its own: {attempt.stderr.decode(errors='replace').strip()}"
    return why_no_cgroups()


def why_no_cgroups() -> str | None:
    """Why no cgroups can be made, or None where they can."""
    folders = list(hierarchies())
    if not folders:
        return "no cgroups are mounted"
    for folder in folders:
        probe = folder / f"{NAME}-probe-{os.getpid()}"
        try:
            probe.mkdir()
            probe.rmdir()
        except OSError as error:
            return f"cannot make a cgroup in {folder}: {error.strerror}"
    return None


class RealNode:
    """A node whose containers are real: exit codes, memory limits, deadlines, logs and volumes."""

    def __init__(
        self, name: str, place: Place, taints: Sequence[str] = (), images: Sequence[Path] = ()
    ) -> None:
        """`images` are archives of more images than busybox."""
        self.name = name
        self._images = images
        self._kubelet = place.binaries.path("kubelet")
        self._place = place
        self._state = place.state
        self._taints = taints
        self._watch = Stopwatch()
        self._process: Process | None = None
        self._registry: Registry | None = None
        self.address = ""

    def launch(self, node_kubeconfig: Path) -> None:
        """Start all but the kubelet, which waits until the node may join."""
        self._watch = Stopwatch()
        for folder in FOLDERS:
            (self._state / folder).mkdir(parents=True, exist_ok=True)
        bridge = Bridge(self._place.undo)
        self.address = bridge.address
        cgroup = f"{NAME}{bridge.slot}"
        self._configure(bridge, cgroup)
        self._place.undo.note(cgroup=cgroup)
        command = [*NAMESPACES, "bash", str(SCRIPT), str(self._state), cgroup]
        command += [str(self._kubelet), *self._kubelet_flags(node_kubeconfig)]
        log = self._place.log("realnode")
        self._process = Process("the real node", command, log, self._place.undo)
        self._process.start()

    def join(self) -> None:
        """Say that the API server answers."""
        (self._state / "node-may-join").touch()

    def wait_ready(self, control_plane: ControlPlane) -> None:
        """Wait until pods can be placed on it."""
        if self._process is None:
            raise ClusterError("the real node was not started")
        allowed = {taint.partition("=")[0] for taint in self._taints}

        def ready() -> bool:
            answer = control_plane.kubectl.attempt("get", "node", self.name, "-o", READINESS)
            status, _, keys = answer.partition("/")
            return status == "True" and set(keys.split()) <= allowed

        self._process.wait_until(ready, f"node {self.name} is Ready", READY_SECONDS)
        say(f"node {self.name} Ready after {self._watch}, real, at {self.address}")

    def stop(self) -> None:
        """End it before its cluster ends."""
        if self._process:
            self._process.kill()
        self.leave()

    def leave(self) -> None:
        """Stop its registry, once its process has ended."""
        if self._registry:
            self._registry.stop()

    @property
    def processes(self) -> list[Process]:
        return [self._process] if self._process else []

    def _configure(self, bridge: Bridge, cgroup: str) -> None:
        state, port = self._state, free_ports(1)[0]
        (state / "containerd.toml").write_text(nodeconfig.containerd(state))
        conflist = state / "cni" / "10-bridge.conflist"
        conflist.write_text(json.dumps(nodeconfig.network(state, bridge)))
        kubelet = nodeconfig.kubelet(cgroup, bridge.address, port)
        (state / "kubelet.json").write_text(json.dumps(kubelet))
        images = Images(packages.BUSYBOX)
        (state / "images" / "busybox.tar").write_bytes(images.archive())
        for archive in self._images:
            (state / "images" / archive.name).symlink_to(archive.absolute())
        self._registry = Registry(images)
        mirror = state / "registries" / "docker.io"
        mirror.mkdir(parents=True, exist_ok=True)
        (mirror / "hosts.toml").write_text(nodeconfig.registry_mirror(self._registry.address))

    def _kubelet_flags(self, kubeconfig: Path) -> list[str]:
        flags = [
            f"--config={self._state / 'kubelet.json'}",
            f"--kubeconfig={kubeconfig}",
            f"--hostname-override={self.name}",
            f"--node-ip={self.address}",
            f"--cert-dir={self._state / 'kubelet-pki'}",
        ]
        return flags + [f"--register-with-taints={','.join(self._taints)}"] * bool(self._taints)
