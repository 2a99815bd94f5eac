"""Oracle of Jobs that the default policy forbids, independent of the collection.

It goes by the fields that Kubernetes' API has, so it says nothing of those that it would drop.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from kubernetes.utils.quantity import parse_quantity

from fuzz import fields

PREFIX = "sqs-k8s.jobs/"
STAMPED = ("message-id", "body-sha256", "webhook", "service", "delivery-ids")
WEEK = 7 * 24 * 3600
CEILINGS = {"cpu": 64, "memory": 256 * 2**30, "nvidia.com/gpu": 8}
# Where the volumes of Kubernetes' API name a Secret.
VOLUME_SECRETS = (
    *(("secret", "secretName"), ("azureFile", "secretName"), ("csi", "nodePublishSecretRef")),
    *((kind, "secretRef") for kind in ("cephfs", "cinder", "flexVolume", "iscsi", "rbd")),
    *((kind, "secretRef") for kind in ("scaleIO", "storageos")),
)


def wrongs(job: dict[str, Any], entry: dict[str, Any]) -> list[str]:
    """Return what is wrong with the Job of a message, whatever template made it."""
    metadata, wanted = job["metadata"], entry["message"]["job"]
    pods = job["spec"]["template"]["metadata"]
    digest = hashlib.sha256(entry["id"].encode()).hexdigest()
    facts = {
        "kind": (job["apiVersion"], job["kind"]) == ("batch/v1", "Job"),
        "namespace": metadata["namespace"] == wanted["namespace"] == "default",
        "name": metadata["name"] == _name(wanted["prefixName"], digest),
        "label": metadata["labels"][PREFIX + "id"] == digest[:32],
        "label of pods": pods["labels"][PREFIX + "id"] == digest[:32],
        "id": metadata["annotations"][PREFIX + "message-id"] == entry["id"],
        "webhook": metadata["annotations"].get(PREFIX + "webhook") == entry["webhook"],
        "reserved labels": _reserved(metadata["labels"]) == _reserved(pods["labels"]) == ["id"],
        "reserved annotations": set(_reserved(metadata["annotations"])) <= set(STAMPED),
        "annotations of pods": not _reserved(pods.get("annotations") or {}),
        "create only": metadata["uid"] == "00000000-0000-0000-0000-000000000000",
        "held": "sqs-k8s.jobs/reported" in metadata["finalizers"],
    }
    found = [fact for fact, holds in facts.items() if not holds]
    return [*found, *fields.strange(job), *wrongs_of_pods(job)]


def _name(prefix: str, digest: str) -> str:
    """Return a Job's name: 8 digits alone are what a CronJob gives its runs."""
    if not digest[:8].isdecimal():
        return f"{prefix}-{digest[:8]}"
    return f"{prefix[:30]}-{digest[:32]}"


def wrongs_of_pods(job: dict[str, Any]) -> list[str]:
    """Return what is wrong with what a Job's pods may do."""
    spec = _object(job, "spec")
    pod = _object(_object(spec, "template"), "spec")
    containers = [one for kind in ("initContainers", "containers") for one in _objects(pod, kind)]
    found = [*_of_pod(pod), *_of_numbers(spec), *_of_amounts(pod)]
    for volume in _objects(pod, "volumes"):
        found += _of_volume(volume)
    for container in containers:
        found += _of_container(container)
        found += _of_its_context(_object(container, "securityContext"))
    for one in [pod, *containers]:
        found += _of_context(_object(one, "securityContext"))
    owned = bool(_object(job, "metadata").get("ownerReferences"))
    odd = {"ownerReferences": owned, "manualSelector": spec.get("manualSelector")}
    return found + [name for name, given in odd.items() if given]


def _of_pod(pod: dict[str, Any]) -> Iterator[str]:
    for name in ("hostNetwork", "hostPID", "hostIPC", "nodeName", "ephemeralContainers"):
        if pod.get(name):
            yield name
    for name in ("serviceAccountName", "serviceAccount"):
        if pod.get(name) not in (None, "", "default"):
            yield name
    for key in _object(pod, "nodeSelector"):
        if key.startswith("node-role.kubernetes.io/"):
            yield key


def _of_numbers(spec: dict[str, Any]) -> Iterator[str]:
    for name, most in (("activeDeadlineSeconds", WEEK), ("ttlSecondsAfterFinished", WEEK)):
        if (spec.get(name) or 0) > most:
            yield name
    if (spec.get("backoffLimit") or 0) > 100:
        yield "backoffLimit"


def _of_amounts(pod: dict[str, Any]) -> Iterator[str]:
    for kind in ("limits", "requests"):
        for resource, most in CEILINGS.items():
            asked = [
                _object(_object(one, "resources"), kind).get(resource) or 0
                for one in _objects(pod, "containers")
            ]
            if sum(map(parse_quantity, asked)) > most:
                yield f"{kind} of {resource}"


def _of_volume(volume: dict[str, Any]) -> Iterator[str]:
    if volume.get("hostPath") is not None:
        yield "hostPath"
    for kind, field in VOLUME_SECRETS:
        if _named(_object(volume, kind), field):
            yield f"secret of {kind}"
    for source in _objects(_object(volume, "projected"), "sources"):
        if _object(source, "secret").get("name"):
            yield "projected secret"


def _of_container(container: dict[str, Any]) -> Iterator[str]:
    for one in _objects(container, "env"):
        if _named(_object(one, "valueFrom"), "secretKeyRef"):
            yield "secret in env"
    for one in _objects(container, "envFrom"):
        if _named(one, "secretRef"):
            yield "secret in envFrom"
    for port in _objects(container, "ports"):
        if port.get("hostPort"):
            yield "hostPort"


def _of_its_context(context: dict[str, Any]) -> Iterator[str]:
    if context.get("privileged"):
        yield "privileged"
    if _object(context, "capabilities").get("add"):
        yield "capabilities"
    if context.get("procMount") not in (None, "Default"):
        yield "procMount"


def _of_context(context: dict[str, Any]) -> Iterator[str]:
    if _object(context, "windowsOptions").get("hostProcess"):
        yield "hostProcess"
    for kind in ("seccompProfile", "appArmorProfile"):
        if _object(context, kind).get("type") not in (None, "RuntimeDefault", "Localhost"):
            yield kind


def _named(owner: dict[str, Any], field: str) -> bool:
    """Tell whether a field names something; of another type the API server refuses it."""
    return bool(owner.get(field)) and isinstance(owner[field], dict if "Ref" in field else str)


def _reserved(labelled: dict[str, Any]) -> list[str]:
    return [key.removeprefix(PREFIX) for key in labelled if key.startswith(PREFIX)]


def _object(owner: dict[str, Any], name: str) -> dict[str, Any]:
    value = owner.get(name)
    return value if isinstance(value, dict) else {}


def _objects(owner: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = owner.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
