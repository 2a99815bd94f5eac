"""The messages that are sent, and the Jobs that came of them as others could create them."""

from __future__ import annotations

import json
from typing import Any

NAMESPACE = "bench"
AT_ONCE = "0"
FOR_EVER = "86400"  # seconds
PREFIX = "sqs-k8s.jobs/"
OF_CREATION = ("message-id", "webhook", "service", "body-sha256")  # annotations
MADE_BY_SERVER = ("controller-uid", "job-name")


def bodies(
    name: str, count: int, url: str, run_seconds: str = AT_ONCE, first: int = 0, fill: int = 0
) -> list[str]:
    """Return messages whose Jobs run for so long on fake nodes, each with so many bytes of data."""
    return [
        json.dumps(_message(f"{name}-{first + n}", url, run_seconds, "x" * fill))
        for n in range(count)
    ]


def _message(message_id: str, url: str, run_seconds: str, data: str) -> dict[str, Any]:
    return {
        "id": message_id,
        "service": "bench",
        "job": {
            "prefixName": "bench",
            "namespace": NAMESPACE,
            "image": "busybox",
            "command": ["echo", message_id],
            "ttlSecondsAfterFinished": 86400,
            "activeDeadlineSeconds": 86400,
            "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}},
            "env": [
                {"name": "FAKE_RUN_SECONDS", "value": run_seconds},
                *([{"name": "DATA", "value": data}] if data else []),
            ],
        },
        "webhook": {"url": url},
    }


def as_created(job: dict[str, Any]) -> dict[str, Any]:
    """Return a Job as it was sent to the API server, without what has come to it since."""
    metadata, spec = job["metadata"], job["spec"]
    kept = {PREFIX + name for name in OF_CREATION}
    annotations = metadata.get("annotations", {})
    template = json.loads(json.dumps(spec["template"]))
    template["metadata"]["labels"] = _without_servers(template["metadata"]["labels"])
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            **{name: metadata[name] for name in ("name", "namespace", "finalizers")},
            "labels": {
                name: value
                for name, value in _without_servers(metadata["labels"]).items()
                if name != PREFIX + "done"
            },
            "annotations": {name: annotations[name] for name in annotations if name in kept},
        },
        "spec": {**{name: spec[name] for name in spec if name != "selector"}, "template": template},
    }


def _without_servers(labels: dict[str, str]) -> dict[str, str]:
    return {n: value for n, value in labels.items() if n.split("/")[-1] not in MADE_BY_SERVER}
