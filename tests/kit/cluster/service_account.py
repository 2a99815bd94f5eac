"""A service account of a test's own, that may do what the test says and nothing else."""

from __future__ import annotations

from pathlib import Path

import yaml
from cluster import Cluster


class Account:
    """An account in a namespace; what it may do, it may do in every namespace."""

    def __init__(self, cluster: Cluster, namespace: str) -> None:
        self._cluster = cluster
        self._namespace = namespace
        self._roles = 0
        cluster.kubectl("-n", namespace, "create", "serviceaccount", "account")

    def may(self, verbs: str, *resources: str) -> None:
        """Allow verbs, with commas between them, on resources."""
        self._roles += 1
        name = f"{self._namespace}-{self._roles}"
        wanted = [f"--resource={resource}" for resource in resources]
        self._cluster.kubectl("create", "clusterrole", name, f"--verb={verbs}", *wanted)
        subject = f"--serviceaccount={self._namespace}:account"
        binding = ("create", "clusterrolebinding", name, f"--clusterrole={name}", subject)
        self._cluster.kubectl(*binding)

    def kubeconfig(self, folder: Path) -> Path:
        """Write a kubeconfig of the account."""
        return kubeconfig(self._cluster, self._namespace, "account", folder)


def kubeconfig(cluster: Cluster, namespace: str, account: str, folder: Path) -> Path:
    """Write the cluster's kubeconfig with the token of an account; its context stays."""
    config = yaml.safe_load(cluster.kubeconfig.read_text("utf-8"))
    token = cluster.kubectl("-n", namespace, "create", "token", account).strip()
    config["users"][0]["user"] = {"token": token}
    path = folder / "account.kubeconfig"
    path.write_text(yaml.safe_dump(config))
    return path
