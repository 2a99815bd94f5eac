"""A valid message, changed as a test wants it."""

from __future__ import annotations

from typing import Any


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
