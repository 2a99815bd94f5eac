"""Configuration of a real node: containerd, network plugins, kubelet."""

from __future__ import annotations

import json
import resource
import shutil
from pathlib import Path
from typing import Any

from .bridge import Bridge
from .images import PAUSE
from .packages import CNI_PLUGINS

UNUSED_PLUGINS = [
    "io.containerd.snapshotter.v1.aufs",
    "io.containerd.snapshotter.v1.btrfs",
    "io.containerd.snapshotter.v1.devmapper",
    "io.containerd.snapshotter.v1.zfs",
    "io.containerd.internal.v1.tracing",
    "io.containerd.tracing.processor.v1.otlp",
]
CONTAINERD = """\
version = 2
root = "{state}/containerd"
state = "/run/containerd/state"
disabled_plugins = {unused}

[grpc]
  address = "/run/containerd/containerd.sock"

[plugins."io.containerd.internal.v1.opt"]
  path = "{state}/containerd-opt"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  restrict_oom_score_adj = true  # lowering a score needs a capability this machine may not give
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "{state}/registries"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{cni}"
    conf_dir = "{state}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = "{runc}"
        SystemdCgroup = false
"""


def containerd(state: Path) -> str:
    """containerd's configuration."""
    return CONTAINERD.format(
        state=state,
        unused=json.dumps(UNUSED_PLUGINS),
        pause=PAUSE,
        cni=CNI_PLUGINS,
        runc=shutil.which("runc"),
    )


def registry_mirror(address: str) -> str:
    """Ask our own registry first; what it does not have comes from where it would come from."""
    return f'[host."{address}"]\n  capabilities = ["pull", "resolve"]\n'


def network(state: Path, bridge: Bridge) -> dict[str, Any]:
    """Pods hang on the bridge; neither masquerading nor service addresses."""
    addresses = {
        "type": "host-local",
        "dataDir": str(state / "cni-addresses"),
        "ranges": [[{"subnet": bridge.subnet, "gateway": bridge.address}]],
        "routes": [{"dst": "0.0.0.0/0"}],
    }
    plugin = {
        "type": "bridge",
        "bridge": bridge.name,
        "isGateway": True,
        "ipMasq": False,
        "ipam": addresses,
    }
    return {"cniVersion": "0.4.0", "name": bridge.name, "plugins": [plugin]}


def kubelet(cgroup: str, address: str, port: int) -> dict[str, Any]:
    """The kubelet's configuration: strict about pods, easy about the machine it is on."""
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "containerRuntimeEndpoint": "unix:///run/containerd/containerd.sock",
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{cgroup}",
        "cgroupsPerQOS": True,
        "enforceNodeAllocatable": ["pods"],
        "failCgroupV1": False,
        "failSwapOn": False,
        "address": address,
        "port": port,
        "readOnlyPort": 0,
        "healthzPort": 0,
        "authentication": {"anonymous": {"enabled": True}, "webhook": {"enabled": False}},
        "authorization": {"mode": "AlwaysAllow"},
        "clusterDNS": ["10.0.0.10"],
        "clusterDomain": "cluster.local",
        "resolvConf": "",
        "makeIPTablesUtilChains": False,
        "maxOpenFiles": resource.getrlimit(resource.RLIMIT_NOFILE)[1],
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
        "evictionHard": {
            "memory.available": "50Mi",
            "nodefs.available": "0%",
            "nodefs.inodesFree": "0%",
            "imagefs.available": "0%",
            "imagefs.inodesFree": "0%",
        },
        "syncFrequency": "10s",
        "kubeAPIQPS": 200,
        "kubeAPIBurst": 400,
        "eventRecordQPS": 0,
        "registryPullQPS": 0,
    }
