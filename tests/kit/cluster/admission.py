"""An admission webhook of a test's own: the API server asks it, and it says what the test wants."""

from __future__ import annotations

import base64
import json
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import yaml
from cluster import Cluster

from kit.servers.endpoint import with_status
from kit.servers.tls import Authority, TlsEndpoint

API = "admissionregistration.k8s.io/v1"
RULES = {
    "jobs": {"apiGroups": ["batch"], "resources": ["jobs"]},
    "pods": {"apiGroups": [""], "resources": ["pods"]},
}


class Admission:
    """Answers for new Jobs or Pods of a namespace; `response` is what it says beside the uid.

    It takes `seconds` for each, and says of those with a `denied_text` in them what `denial` is.
    """

    def __init__(self, cluster: Cluster, namespace: str, resource: str, folder: Path) -> None:
        self.response: dict[str, Any] = {"allowed": True}
        self.seconds = 0.0
        self.denied_text: str | None = None
        self.denial: dict[str, Any] = {}
        self._cluster = cluster
        self._namespace = namespace
        self._resource = resource
        self._authority = Authority(folder)
        self._server = TlsEndpoint(self._authority.certificate("127.0.0.1"), self._say)

    def __enter__(self) -> Admission:
        self._server.__enter__()
        self._cluster.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(self._configuration()))
        return self

    def __exit__(self, *exc: object) -> None:
        kind = "mutatingwebhookconfiguration"
        self._cluster.kubectl("delete", kind, self._namespace, "--ignore-not-found")
        self._server.__exit__(*exc)

    def asked(self) -> int:
        """Return how often it was asked."""
        return len(self._server.requests)

    def deny(self, code: int, message: str) -> None:
        """Deny from now on, with this code."""
        self.response = {"allowed": False, "status": {"code": code, "message": message}}

    def deny_what_has(self, text: str, code: int, message: str) -> None:
        """Deny from now on objects with this text in them."""
        self.denied_text = text
        self.denial = {"allowed": False, "status": {"code": code, "message": message}}

    def add(self, path: str, value: Any) -> None:
        """Allow from now on, and add this to each object."""
        patch = json.dumps([{"op": "add", "path": path, "value": value}]).encode()
        coded = base64.b64encode(patch).decode()
        self.response = {"allowed": True, "patchType": "JSONPatch", "patch": coded}

    def _say(self, handler: BaseHTTPRequestHandler) -> None:
        review = json.loads(self._server.requests[-1].body)
        time.sleep(self.seconds)
        is_denied = self.denied_text and self.denied_text in json.dumps(review["request"]["object"])
        response = self.denial if is_denied else self.response
        answer = {"uid": review["request"]["uid"], **response}
        said = {"apiVersion": review["apiVersion"], "kind": review["kind"], "response": answer}
        body = json.dumps(said).encode()
        with_status(200, body, **{"Content-Type": "application/json"})(handler)

    def _configuration(self) -> dict[str, Any]:
        authority = base64.b64encode(self._authority.file.read_bytes()).decode()
        webhook = {
            "name": f"{self._resource}.test.example",
            "admissionReviewVersions": ["v1"],
            "sideEffects": "None",
            "failurePolicy": "Fail",
            "clientConfig": {"url": self._server.url, "caBundle": authority},
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": self._namespace}},
            "rules": [
                {**RULES[self._resource], "apiVersions": ["v1"], "operations": ["CREATE"]},
            ],
        }
        about = {"apiVersion": API, "kind": "MutatingWebhookConfiguration"}
        return {**about, "metadata": {"name": self._namespace}, "webhooks": [webhook]}
