"""A valid message, changed as a test wants it."""

from __future__ import annotations

from typing import Any

LONG = [{"name": "FAKE_RUN_SECONDS", "value": "600s"}]  # env of a Pod that runs on
NOWHERE = {"matchKey": "no", "matchValue": "node"}
REAL = {  # what a Pod needs to come onto the real node
    "nodeSelector": {"matchKey": "kubernetes.io/hostname", "matchValue": "k8s-node-1"},
    "toleration": {"key": "key", "value": "value"},
}


def valid(message_id: str, namespace: str, url: str, /, **job: Any) -> dict[str, Any]:
    """Return a message for a fake node, whose caller listens at the URL."""
    return {
        "id": message_id,
        "service": "example",
        "job": {
            "prefixName": "t",
            "namespace": namespace,
            "image": "busybox",
            "ttlSecondsAfterFinished": 3600,
            "activeDeadlineSeconds": 600,
            "nodeSelector": {"matchKey": "kubernetes.io/hostname", "matchValue": "fake-node-0"},
            **job,
        },
        "webhook": {"url": url},
    }
