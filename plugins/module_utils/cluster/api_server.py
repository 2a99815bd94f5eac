# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The API server that the modules of kubernetes.core find by the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional

from ..common.pyyaml import yaml

TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"  # of a Pod that may use its cluster
USUAL = "~/.kube/config"


def found_by(environment: Mapping[str, str], token: str = TOKEN) -> Optional[str]:
    """Return the URL of the API server; None where the environment names none."""
    host = environment.get("K8S_AUTH_HOST")
    if host:
        return host
    files, context = environment.get("K8S_AUTH_KUBECONFIG"), environment.get("K8S_AUTH_CONTEXT")
    own = environment.get("KUBERNETES_SERVICE_HOST")
    if own and not files and not context and os.path.isfile(token):
        shown = "[{0}]".format(own) if ":" in own else own
        return "https://{0}:{1}".format(shown, environment.get("KUBERNETES_SERVICE_PORT", "443"))
    return _of_kubeconfig(files or environment.get("KUBECONFIG") or USUAL, context)


def _of_kubeconfig(files: str, context: Optional[str]) -> Optional[str]:
    """Return the URL of a context, else of the current context; the first file with it counts."""
    read = [_read(Path(file).expanduser()) for file in files.split(os.pathsep) if file]
    name = context or next((one["current-context"] for one in read if "current-context" in one), "")
    cluster = _entry(read, "contexts", name).get("context", {}).get("cluster")
    server = _entry(read, "clusters", cluster).get("cluster", {}).get("server")
    return str(server) if server else None


def _entry(read: list[dict[str, Any]], kind: str, name: Any) -> dict[str, Any]:
    lists = [one[kind] for one in read if isinstance(one.get(kind), list)]
    entries = [entry for some in lists for entry in some if isinstance(entry, dict)]
    return next((entry for entry in entries if entry.get("name") == name), {})


def _read(file: Path) -> dict[str, Any]:
    """Read a kubeconfig; empty if unreadable, since the module has a better error."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        document = yaml.load(file.read_text("utf-8"), loader)
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    return document if isinstance(document, dict) else {}
