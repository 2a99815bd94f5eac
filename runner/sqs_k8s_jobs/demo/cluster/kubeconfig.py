"""A kubeconfig whose credential plugin has the environment of the demo's user."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from kubernetes.config import KUBE_CONFIG_DEFAULT_LOCATION

from sqs_k8s_jobs.errors import OperatorError

PATHS = ("certificate-authority", "client-certificate", "client-key", "tokenFile")
KINDS = ("clusters", "users", "contexts")
FAULTS = (OSError, ValueError, LookupError, TypeError, AttributeError, yaml.YAMLError)

Entries = dict[str, dict[str, tuple[Path, dict[str, Any]]]]


def for_plugins(kubeconfig: str, context: str, environment: Mapping[str, str], folder: Path) -> str:
    """Return the kubeconfig to use for the context; the same where it has no credential plugin.

    The demo sets variables of AWS for SQS's API on this machine. A plugin such as
    `aws eks get-token` would take them for its own, so in a copy of the context each of them has
    the value that it had before.
    """
    try:
        cluster, user, parts = _parts(kubeconfig, context)
    except FAULTS as exc:
        raise OperatorError(f"the context {context} cannot be read: {exc}") from exc
    if "exec" not in user:
        return kubeconfig
    given = {one["name"]: one["value"] for one in user["exec"].get("env") or []}
    values = {**environment, **given}
    user["exec"] = {
        **user["exec"],
        "env": [{"name": name, "value": value} for name, value in values.items()],
    }
    path = folder / "kubeconfig"
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(_document(context, parts, cluster, user)), "utf-8")
    return str(path)


def _parts(kubeconfig: str, context: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return the cluster and the user of a context, and the context itself."""
    where = kubeconfig or KUBE_CONFIG_DEFAULT_LOCATION
    entries = _entries([Path(one).expanduser() for one in where.split(os.pathsep) if one])
    if context not in entries["contexts"]:
        raise LookupError(f"no context of {where} is called so")
    _, parts = entries["contexts"][context]
    cluster, user = entries["clusters"][parts["cluster"]], entries["users"][parts["user"]]
    return _absolute(*cluster), _absolute(*user), parts


def _entries(paths: list[Path]) -> Entries:
    """Return what files hold, by kind and name, with the folder of the file.

    As kubectl and the client do, it takes a name from the first file that has it, and leaves out
    files that are not there.
    """
    found: Entries = {kind: {} for kind in KINDS}
    for path in paths:
        document = yaml.safe_load(path.read_text("utf-8")) if path.exists() else {}
        for kind in KINDS:
            for entry in (document or {}).get(kind) or []:
                value = entry[kind.removesuffix("s")]
                found[kind].setdefault(entry["name"], (path.absolute().parent, value))
    return found


def _absolute(base: Path, entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with its paths as they are seen from its own file."""
    values = dict(entry)
    for name in PATHS:
        if values.get(name):
            values[name] = str(base / values[name])
    command = (values.get("exec") or {}).get("command", "")
    if os.sep in command:
        values["exec"] = {**values["exec"], "command": str(base / command)}
    return values


def _document(
    context: str, parts: dict[str, Any], cluster: dict[str, Any], user: dict[str, Any]
) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": context,
        "contexts": [{"name": context, "context": parts}],
        "clusters": [{"name": parts["cluster"], "cluster": cluster}],
        "users": [{"name": parts["user"], "user": user}],
    }
