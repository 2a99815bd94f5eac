"""etcd, API server, controller manager and scheduler, as ordinary processes on free ports."""

from __future__ import annotations

import json
import ssl
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from .credentials import CONTEXT, Tokens, kubeconfig, signing_key, write_private
from .kubectl import Kubectl
from .place import Place
from .ports import free_ports
from .process import Process
from .progress import Stopwatch, say

READY_SECONDS = 240.0
AUDIT_POLICY = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [{"level": "Metadata"}],
}


class ControlPlane:
    """A control plane whose API server and etcd can be ended and started again."""

    context = CONTEXT

    def __init__(
        self,
        place: Place,
        node: str,
        audit_log: Path | None = None,
        flags: Mapping[str, list[str]] | None = None,
    ) -> None:
        """`flags` are more of them, by the program."""
        state, more = place.state, flags or {}
        self._pki = state / "pki"
        self._pki.mkdir(exist_ok=True)
        self._etcd_port, self._peer_port, self._port = free_ports(3)
        self._tokens = Tokens(node)
        self._watch = Stopwatch()
        self.server = f"https://127.0.0.1:{self._port}"
        self.kubeconfig = state / "kubeconfig"
        self.node_kubeconfig = state / "kubeconfig-node"

        def program(name: str, flags: list[str]) -> Process:
            return place.process(name, [*flags, *more.get(name, [])])

        self.etcd = program("etcd", self._etcd_flags(state / "etcd"))
        self.apiserver = program("kube-apiserver", self._apiserver_flags(state, audit_log))
        self.controller_manager = program("kube-controller-manager", self._manager_flags())
        self.scheduler = program("kube-scheduler", self._scheduler_flags())
        self.kubectl = Kubectl(place.binaries.path("kubectl"), self.kubeconfig, self.context)

    @property
    def processes(self) -> list[Process]:
        return [self.etcd, self.apiserver, self.controller_manager, self.scheduler]

    def launch(self) -> None:
        """Start what does not need to wait: the API server keeps asking until etcd answers."""
        self._watch = Stopwatch()
        write_private(self._pki / "tokens.csv", self._tokens.as_csv())
        write_private(self._pki / "service-accounts.pem", signing_key())
        self.etcd.start()
        self.apiserver.start()

    def finish(self) -> None:
        """Wait for the API server, then start the two that are its clients."""
        self.wait_ready()
        certificate = self._pki / "apiserver.crt"
        write_private(self.kubeconfig, kubeconfig(self.server, certificate, self._tokens.admin))
        write_private(self.node_kubeconfig, kubeconfig(self.server, certificate, self._tokens.node))
        say(f"API server ready after {self._watch}")
        self.controller_manager.start()
        self.scheduler.start()

    def wait_usable(self) -> None:
        """Wait for the default service account, without which no pod is admitted."""
        self.controller_manager.wait_until(
            lambda: bool(self.kubectl.attempt("get", "serviceaccount", "default", "-o", "name")),
            "the default service account is there",
            READY_SECONDS,
        )
        say(f"control plane ready after {self._watch}")

    def stop_apiserver(self) -> None:
        """End the API server as a crash would."""
        self.apiserver.kill()

    def start_apiserver(self, wait: bool = True) -> None:
        """Start it again, on the same port and data."""
        self.apiserver.start()
        if wait:
            self.wait_ready()

    def stop_etcd(self) -> None:
        """End etcd as a crash would; its data stay."""
        self.etcd.kill()

    def start_etcd(self, wait: bool = True) -> None:
        """Start it again on the same data."""
        self.etcd.start()
        if wait:
            self.etcd.wait_until(self.etcd_healthy, "etcd is healthy", READY_SECONDS)
            self.wait_ready()

    def wait_ready(self) -> None:
        """Wait until the API server says it is ready."""
        self.apiserver.wait_until(self.ready, "the API server is ready", READY_SECONDS)

    def ready(self) -> bool:
        """Tell whether the API server is ready."""
        return answers(f"{self.server}/readyz", self._tokens.admin)

    @property
    def etcd_url(self) -> str:
        """The URL of etcd."""
        return f"http://127.0.0.1:{self._etcd_port}"

    def etcd_healthy(self) -> bool:
        """Tell whether etcd has a leader and answers."""
        return answers(f"{self.etcd_url}/health")

    def _etcd_flags(self, data: Path) -> list[str]:
        client, peer = (f"http://127.0.0.1:{port}" for port in (self._etcd_port, self._peer_port))
        return [
            f"--data-dir={data}",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=default={peer}",
            "--unsafe-no-fsync",  # survives a killed process, and no test cuts the power
            "--log-level=warn",
        ]

    def _apiserver_flags(self, state: Path, audit_log: Path | None) -> list[str]:
        key = self._pki / "service-accounts.pem"
        flags = [
            f"--etcd-servers={self.etcd_url}",
            f"--cert-dir={self._pki}",
            "--bind-address=127.0.0.1",
            f"--secure-port={self._port}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
            f"--token-auth-file={self._pki / 'tokens.csv'}",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--kubelet-preferred-address-types=InternalIP",
            "--service-cluster-ip-range=10.0.0.0/24",
        ]
        if audit_log:
            policy = state / "audit-policy.json"
            policy.write_text(json.dumps(AUDIT_POLICY))
            flags += [f"--audit-policy-file={policy}", f"--audit-log-path={audit_log.absolute()}"]
        return flags

    def _manager_flags(self) -> list[str]:
        return [
            f"--kubeconfig={self.kubeconfig}",
            "--secure-port=0",
            "--leader-elect=false",
            f"--service-account-private-key-file={self._pki / 'service-accounts.pem'}",
            f"--root-ca-file={self._pki / 'apiserver.crt'}",
            "--kube-api-qps=1000",  # the default of 20 is good for some ten Jobs a second
            "--kube-api-burst=2000",
            "--concurrent-job-syncs=20",
        ]

    def _scheduler_flags(self) -> list[str]:
        return [
            f"--kubeconfig={self.kubeconfig}",
            "--secure-port=0",
            "--leader-elect=false",
            "--kube-api-qps=1000",
            "--kube-api-burst=2000",
        ]


def answers(url: str, token: str | None = None) -> bool:
    """Tell whether a local server answers 200; its certificates may still be on their way."""
    unchecked = ssl.create_default_context()
    unchecked.check_hostname = False
    unchecked.verify_mode = ssl.CERT_NONE
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=unchecked)
    )
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with opener.open(urllib.request.Request(url, headers=headers), timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
