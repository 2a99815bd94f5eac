"""Oracle of a message's texts, sent and arrived, independent of the collection."""

from __future__ import annotations

import hashlib
import re
from typing import Any

MOST_ID = 256
MOST_URL = 2048
MOST_WARNINGS = 20
UNSEEN = "\u202e\u2066\u200b\u200d\ufeff\u3164\u115f\uffa0\u2800\ufe0f\u034f\U000e0041"
PREFIX = "sqs-k8s.jobs/"


def check_addressee(one: dict[str, Any]) -> None:
    """Check what an entry holds of its message's id and webhook, valid or not."""
    message_id, webhook = one["id"], one["webhook"]
    if message_id is not None:
        assert isinstance(message_id, str)
        assert 1 <= len(message_id) <= MOST_ID
        assert one["id_label"] == hashlib.sha256(message_id.encode()).hexdigest()[:32]
    else:
        assert one["id_label"] == one["body_sha256"][:32]
    if webhook is not None:
        assert isinstance(webhook, str)
        assert len(webhook) <= MOST_URL, len(webhook)
        assert webhook.lower().startswith(("http://", "https://")), ascii(webhook)
        assert not any(map(str.isspace, webhook))
        assert "@" not in re.split("[/?#]", webhook.partition("://")[2])[0], ascii(webhook)


def check_warnings(warnings: list[str]) -> None:
    """Check what an operator is shown beside a message."""
    assert len(warnings) <= MOST_WARNINGS
    for one in warnings:
        assert one.isprintable(), ascii(one)
        assert len(one) <= 100


def check_shown(*shown: Any) -> None:
    """Check that a person sees each character of what is shown of a message."""
    for one in UNSEEN:
        assert one not in str(shown), ascii(one)


def sent(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message's texts, by their field's name."""
    job = message["job"]
    return {
        "id": message["id"],
        "service": message["service"],
        "webhook": message.get("webhook", {}).get("url"),
        "namespace": job["namespace"],
        "prefixName": job["prefixName"],
        "image": job["image"],
        "command": job.get("command", []),
        "args": job.get("args", []),
        "env": [(one["name"], one["value"]) for one in job.get("env", [])],
        "envRef": [(one["type"], one["name"]) for one in job.get("envRef", [])],
        "serviceAccount": job.get("serviceAccount"),
        "nodeSelector": _pair(job.get("nodeSelector"), "matchKey", "matchValue"),
        "toleration": _pair(job.get("toleration"), "key", "value"),
        "fargate": _pair(job.get("fargate"), "key", "value"),
        "volume": _volume(job.get("volume")),
        "numbers": (
            *(job["ttlSecondsAfterFinished"], job["activeDeadlineSeconds"]),
            job.get("backoffLimit", 0),
        ),
    }


def arrived(job: dict[str, Any]) -> dict[str, Any]:
    """Return the same texts, read back from the Job that the role's own template makes."""
    metadata, spec = job["metadata"], job["spec"]
    pod = spec["template"]["spec"]
    (app,) = pod["containers"]
    numbers = ("ttlSecondsAfterFinished", "activeDeadlineSeconds", "backoffLimit")
    return {
        "id": metadata["annotations"][PREFIX + "message-id"],
        "service": metadata["labels"]["app.kubernetes.io/name"],
        "webhook": metadata["annotations"].get(PREFIX + "webhook"),
        "namespace": metadata["namespace"],
        "prefixName": metadata["name"].rpartition("-")[0],
        "image": app["image"],
        "command": app.get("command", []),
        "args": app.get("args", []),
        "env": [(one["name"], one["value"]) for one in app.get("env", [])],
        "envRef": [_source(one) for one in app.get("envFrom", [])],
        "serviceAccount": pod.get("serviceAccountName"),
        "nodeSelector": next(iter(pod.get("nodeSelector", {}).items()), None),
        "toleration": next(((o["key"], o["value"]) for o in pod.get("tolerations", [])), None),
        "fargate": next(iter(_labels_of_message(spec["template"]["metadata"]["labels"])), None),
        "volume": _mounted(app, pod),
        "numbers": tuple(spec[name] for name in numbers),
    }


def _labels_of_message(labels: dict[str, str]) -> list[tuple[str, str]]:
    own = {"app.kubernetes.io/name", "jobId", "sidecar.istio.io/inject", "gpuType", PREFIX + "id"}
    return [(key, value) for key, value in labels.items() if key not in own]


def _pair(part: dict[str, str] | None, key: str, value: str) -> tuple[str, str] | None:
    return None if part is None else (part[key], part[value])


def _source(one: dict[str, Any]) -> tuple[str, str]:
    ((kind, part),) = one.items()
    return kind.removesuffix("Ref"), part["name"]


def _volume(volume: dict[str, str] | None) -> tuple[str, str] | None:
    return None if volume is None else ("/" + volume["mountPath"].lstrip("/"), volume["pvc"])


def _mounted(app: dict[str, Any], pod: dict[str, Any]) -> tuple[str, str] | None:
    if "volumes" not in pod:
        return None
    ((mount,), (volume,)) = app["volumeMounts"], pod["volumes"]
    return mount["mountPath"], volume["persistentVolumeClaim"]["claimName"]
