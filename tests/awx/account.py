"""The service account of docs/operations/access, with its rights in a test's namespace."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import yaml
from cluster import Cluster
from kit.cluster.documented_access import ACCESS, OWN, WORK


def grant(cluster: Cluster, work: str) -> None:
    """Apply the documented rules, for work in this namespace; it may be done again."""
    owner = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": OWN}}
    rules = list(yaml.safe_load_all((ACCESS / "rbac.yaml").read_text("utf-8")))
    for thing in [owner, *rules]:
        if thing["metadata"].get("namespace") == WORK:
            thing["metadata"]["namespace"] = work
        cluster.kubectl("apply", "-f", "-", stdin=json.dumps(thing))


def environment(cluster: Cluster, folder: Path) -> dict[str, str]:
    """Return kubernetes.core's variables: API server and credentials."""
    server = yaml.safe_load(cluster.kubeconfig.read_text("utf-8"))["clusters"][0]["cluster"]
    authority = folder / "authority.pem"
    authority.write_bytes(base64.b64decode(server["certificate-authority-data"]))
    return {
        "K8S_AUTH_HOST": server["server"],
        "K8S_AUTH_API_KEY": cluster.kubectl("-n", OWN, "create", "token", OWN).strip(),
        "K8S_AUTH_SSL_CA_CERT": str(authority),
    }
