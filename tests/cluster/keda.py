"""KEDA beside a control plane: its operator, and the API of metrics that autoscalers ask."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .aggregation import Aggregation
from .binaries import KEDA, MODULES
from .errors import ClusterError
from .kubectl import Kubectl
from .place import Place
from .ports import free_ports
from .process import Process, without_proxies
from .progress import Stopwatch, say

MODULE = "github.com/kedacore/keda/v2"
NAMESPACE = "keda"
SERVICE = "keda-metrics-apiserver"
API = "v1beta1.external.metrics.k8s.io"
CLIENTS = ("lister", "authentication", "authorization")  # within the adapter
READY_SECONDS = 180.0
SYNC_SECONDS = 5  # between two looks of an autoscaler, not 15
STEADY_SECONDS = 15  # for which fewer replicas must have been enough, not 300


class Keda:
    """Scales what a ScaledObject names, as the control plane's own autoscaler has it."""

    def __init__(self, place: Place, environment: Mapping[str, str]) -> None:
        """`environment` is what its scalers find beside what it needs itself."""
        self.processes: list[Process] = []
        self._environment = environment
        self._place = place
        self._internal, self._port, self._metrics = free_ports(3)
        self._trust = Aggregation(
            place.state / "pki" / "keda", "localhost", f"{SERVICE}.{NAMESPACE}.svc"
        )

    def flags(self) -> dict[str, list[str]]:
        """The flags that the control plane's programs need for it."""
        return {
            "kube-apiserver": self._trust.apiserver_flags(),
            "kube-controller-manager": [
                f"--horizontal-pod-autoscaler-sync-period={SYNC_SECONDS}s",
                f"--horizontal-pod-autoscaler-downscale-stabilization={STEADY_SECONDS}s",
            ],
        }

    def start(self, kubectl: Kubectl, kubeconfig: Path) -> None:
        """Start it, and return once autoscalers can ask."""
        watch = Stopwatch()
        kubectl("create", "namespace", NAMESPACE)
        kubectl("create", "-f", str(definitions()))
        kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
        kubectl("create", "-f", "-", stdin=json.dumps(self._service()))
        environment = {
            **without_proxies(),
            **self._environment,
            "POD_NAMESPACE": NAMESPACE,
            "KEDA_CLUSTER_OBJECT_NAMESPACE": NAMESPACE,
            "WATCH_NAMESPACE": "",
            "KUBECONFIG": str(kubeconfig),
        }
        for name, flags in self._programs(kubeconfig).items():
            process = self._place.process(name, flags, environment)
            process.start()
            self.processes.append(process)
        available = 'jsonpath={.status.conditions[?(@.type=="Available")].status}'
        operator, adapter = self.processes
        operator.wait_until(self._answers, "the operator listens", READY_SECONDS)
        adapter.wait_until(
            lambda: kubectl.attempt("get", "apiservice", API, "-o", available) == "True",
            "the API of external metrics is available",
            READY_SECONDS,
        )
        say(f"KEDA ready after {watch}")

    def _answers(self) -> bool:
        """Tell whether the operator's port is open."""
        try:
            socket.create_connection(("127.0.0.1", self._internal), timeout=1).close()
        except OSError:
            return False
        return True

    def _service(self) -> dict[str, Any]:
        """The API, and the name by which the API server finds it: no pod stands behind it."""
        service = {"namespace": NAMESPACE, "name": SERVICE}
        api = {
            "apiVersion": "apiregistration.k8s.io/v1",
            "kind": "APIService",
            "metadata": {"name": API},
            "spec": {
                "group": "external.metrics.k8s.io",
                "version": "v1beta1",
                "groupPriorityMinimum": 100,
                "versionPriority": 100,
                "caBundle": self._trust.bundle,
                "service": {**service, "port": self._port},
            },
        }
        here = {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": service,
            "spec": {"type": "ExternalName", "externalName": "localhost"},
        }
        return {"apiVersion": "v1", "kind": "List", "items": [here, api]}

    def _programs(self, kubeconfig: Path) -> dict[str, list[str]]:
        """The programs and their flags."""
        trust, internal = self._trust, self._internal
        operator = [
            f"--kubeconfig={kubeconfig}",
            f"--metrics-service-bind-address=127.0.0.1:{internal}",
            f"--cert-dir={trust.folder}",
            "--metrics-bind-address=0",
            "--health-probe-bind-address=0",
        ]
        adapter = [
            *(f"--{whose}-kubeconfig={kubeconfig}" for whose in CLIENTS),
            f"--metrics-service-address=localhost:{internal}",
            f"--cert-dir={trust.folder}",
            f"--tls-cert-file={trust.certificate}",
            f"--tls-private-key-file={trust.key}",
            "--bind-address=127.0.0.1",
            f"--secure-port={self._port}",
            f"--port={self._metrics}",
        ]
        return dict(zip(KEDA, (operator, adapter), strict=True))


def definitions() -> Path:
    """The folder of KEDA's custom resource definitions: they come with its sources."""
    done = subprocess.run(
        ["go", "mod", "download", "-json", MODULE],
        cwd=MODULES / "keda",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ClusterError(f"KEDA's sources: {done.stdout.strip()}{done.stderr.strip()}")
    return Path(json.loads(done.stdout)["Dir"]) / "config" / "crd" / "bases"
