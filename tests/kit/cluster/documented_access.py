"""The access that the docs ask for: given to an account, and compared with what was used."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml
from cluster import Cluster
from sqs_k8s_jobs.testing.local_sqs import LocalSqs

from kit.paths import DOCS

from . import service_account

ACCESS = DOCS / "operations" / "access"
OWN, WORK = "sqs-k8s-jobs", "default"  # the namespaces in the file
BATCH = "Batch"


def grant(cluster: Cluster, work: str) -> set[tuple[str, str]]:
    """Apply the rules, for work in this namespace; return them as verbs and resources."""
    found = set()
    cluster.kubectl("create", "namespace", OWN)
    for thing in yaml.safe_load_all((ACCESS / "rbac.yaml").read_text("utf-8")):
        if thing["metadata"].get("namespace") == WORK:
            thing["metadata"]["namespace"] = work
        cluster.kubectl("apply", "-f", "-", stdin=json.dumps(thing))
        for rule in thing.get("rules", []):
            found |= {(verb, one) for verb in rule["verbs"] for one in rule["resources"]}
    return found


def kubeconfig(cluster: Cluster, folder: Path) -> Path:
    """Write a kubeconfig of the account, with the cluster's context name."""
    return service_account.kubeconfig(cluster, OWN, OWN, folder)


def calls(audit_log: Path) -> Iterator[tuple[str, str, int]]:
    """Return what the account asked of the API server, and with which answer."""
    user = f"system:serviceaccount:{OWN}:{OWN}"
    for line in audit_log.read_text("utf-8").splitlines():
        event = json.loads(line)
        if event["user"]["username"] == user and "objectRef" in event:
            code = event.get("responseStatus", {}).get("code", 0)
            yield event["verb"], event["objectRef"]["resource"], code


def iam_actions() -> set[tuple[str, str]]:
    """Return the actions that the IAM policy allows, with the queue's name in it."""
    policy = json.loads((ACCESS / "iam-policy.json").read_text("utf-8"))
    return {
        (action, statement["Resource"].rpartition(":")[2])
        for statement in policy["Statement"]
        for action in statement["Action"]
    }


class SqsCalls:
    """Keeps what an access key asks of a local SQS: action and queue."""

    def __init__(self, server: LocalSqs, access_key: str) -> None:
        self.seen: set[tuple[str, str]] = set()
        self._credential = f"Credential={access_key}/"
        self._app: Callable[..., Iterable[bytes]] = server._server.app
        server._server.app = self

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        if self._credential in environ.get("HTTP_AUTHORIZATION", ""):
            asked = json.loads(body)
            action = environ["HTTP_X_AMZ_TARGET"].rpartition(".")[2].removesuffix(BATCH)
            queue = asked.get("QueueName") or asked["QueueUrl"].rpartition("/")[2]
            self.seen.add((f"sqs:{action}", queue))
        return self._app(environ, start)
