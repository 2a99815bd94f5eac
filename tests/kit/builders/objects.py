"""Jobs, Pods and records as the API server gives them, with no more than a test needs."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from typing import Any

from .statuses import CREATED, ERROR, JOB_UID, PREFIX, Thing


def digest_of(message_id: str) -> str:
    """The label by which an id's objects are found."""
    return hashlib.sha256(message_id.encode()).hexdigest()[:32]


def job(
    message_id: str = "one",
    *,
    uid: str = JOB_UID,
    webhook: str | None = "http://caller.example/hook",
    service: str | None = "example",
    settled: str = "",
    done: bool = False,
    deleted: bool = False,
    ended: Thing | None = None,
    annotations: Thing | None = None,
    finalizers: tuple[str, ...] = (PREFIX + "reported",),
    **status: Any,
) -> Thing:
    """A Job of ours. `settled` names the callbacks that were accepted, `ended` is its terminal
    condition; annotations are without their prefix, and JSON where they are not text.
    """
    digest = digest_of(message_id)
    own = {"message-id": message_id, "webhook": webhook, "service": service, **_accepted(settled)}
    thing = _thing("batch/v1", "Job", "bb-" + digest[:8], uid)
    thing["metadata"].update(
        labels=_labels(digest, done=done),
        annotations=_annotations({**own, **(annotations or {})}),
        finalizers=list(finalizers),
        **({"deletionTimestamp": CREATED} if deleted else {}),
    )
    thing["status"] = {**status, "conditions": [ended] if ended else []}
    return thing


def strangers_job(name: str = "theirs") -> Thing:
    """A Job that this service did not make."""
    return {**_thing("batch/v1", "Job", name, "uid-of-" + name), "status": {}}


def record(
    message_id: str | None = "one",
    *,
    uid: str = "uid-of-record",
    digest: str | None = None,
    webhook: str | None = "http://caller.example/hook",
    service: str | None = "example",
    error: Thing | None = ERROR,
    settled: str = "",
    done: bool = False,
    annotations: Thing | None = None,
    rejection: str | None = None,
) -> Thing:
    """The record of a message that was refused; without `rejection` that of version 0.1.0."""
    digest = digest or digest_of(message_id or "")
    known = {"message-id": message_id, "webhook": webhook, "service": service, "error": error}
    own = {**known, **_accepted(settled)}
    thing = _thing("v1", "ConfigMap", "sqs-k8s-jobs-" + (rejection or digest), uid)
    by_body = {PREFIX + "rejection": rejection} if rejection else {}
    thing["metadata"].update(
        labels={**_labels(digest, done=done), PREFIX + "record": "refused", **by_body},
        annotations=_annotations({**own, **(annotations or {})}),
    )
    return thing


def pod(
    name: str = "bb-fbe70e59-ww7g2",
    phase: str = "Running",
    *,
    owner: str = JOB_UID,
    start: str | None = CREATED,
    container: Thing | None = None,
    **status: Any,
) -> Thing:
    """A Pod of a Job; `container` is the status of its only container."""
    return {
        "metadata": {
            "namespace": "default",
            "name": name,
            "uid": f"uid-of-{name}",
            "ownerReferences": [{"uid": owner}],
        },
        "status": {
            **({"startTime": start} if start else {}),
            "phase": phase,
            "containerStatuses": [{"name": "job", **container}] if container else [],
            **status,
        },
    }


def merged(thing: Thing, *patches: Thing) -> Thing:
    """An object as it is after merge patches: null takes away, and the version is another."""
    result = deepcopy(thing)
    for patch in patches:
        _merge(result, patch)
        result["metadata"]["resourceVersion"] = str(int(result["metadata"]["resourceVersion"]) + 1)
    return result


def annotated(thing: Thing) -> Thing:
    """An object's annotations, or a patch's, without their prefix."""
    found = thing["metadata"].get("annotations") or {}
    return {name.removeprefix(PREFIX): value for name, value in found.items()}


def _merge(target: Thing, patch: Thing) -> None:
    for name, value in patch.items():
        if isinstance(value, dict):
            _merge(target.setdefault(name, {}), value)
        elif value is None:
            target.pop(name, None)
        else:
            target[name] = value


def _thing(version: str, kind: str, name: str, uid: str) -> Thing:
    metadata = {"namespace": "default", "name": name, "uid": uid}
    seen = {"creationTimestamp": CREATED, "resourceVersion": "7"}
    return {"apiVersion": version, "kind": kind, "metadata": {**metadata, **seen}}


def _labels(digest: str, *, done: bool) -> dict[str, str]:
    return {PREFIX + "id": digest, **({PREFIX + "done": "true"} if done else {})}


def _accepted(keys: str) -> dict[str, str]:
    return {"reported-" + key: CREATED for key in keys.split()}


def _annotations(values: Thing) -> dict[str, str]:
    return {
        PREFIX + name: value if isinstance(value, str) else json.dumps(value)
        for name, value in {"body-sha256": "0", **values}.items()
        if value is not None
    }
