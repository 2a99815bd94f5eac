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
        """Write a kubeconfig with the context `account`."""
        config = yaml.safe_load(self._cluster.kubeconfig.read_text("utf-8"))
        token = self._cluster.kubectl("-n", self._namespace, "create", "token", "account").strip()
        config["users"] = [{"name": "account", "user": {"token": token}}]
        cluster = config["clusters"][0]["name"]
        context = {"cluster": cluster, "user": "account"}
        config["contexts"] = [{"name": "account", "context": context}]
        path = folder / "account.kubeconfig"
        path.write_text(yaml.safe_dump(config))
        return path
