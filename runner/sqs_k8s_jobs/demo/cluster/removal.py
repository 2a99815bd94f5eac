"""Removing Jobs of the demo, with their pods and records."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqs_k8s_jobs.cluster import predicates
from sqs_k8s_jobs.cluster.api import FAULTS
from sqs_k8s_jobs.demo.cluster.api import Api, status

ID_DIGITS = 32  # hexadecimal, of an id's digest: how the collection labels what is an id's
WAIT_SECONDS = 120.0  # for pods to end, which have 30 s, and for a namespace to be gone
POLL_SECONDS = 0.3
POD_SECONDS = 1  # of grace for the pods of a demo that is over


def ids_selector(messages: Iterable[Mapping[str, Any]]) -> str:
    """Return the label selector of everything that belongs to the ids of these messages."""
    digests = [hashlib.sha256(one["id"].encode()).hexdigest()[:ID_DIGITS] for one in messages]
    return f"{predicates.ID_LABEL} in ({','.join(digests)})"


def remove_jobs(api: Api, namespace: str, selector: str) -> None:
    """Delete the Jobs that a label selector selects, without their finalizers.

    Their ids are free again then: a demo a minute later sends the same ones.
    """
    for job in api.batch.list_namespaced_job(namespace, label_selector=selector).items:
        where = (job.metadata.name, namespace)
        ignore_missing(api.batch.patch_namespaced_job, *where, {"metadata": {"finalizers": None}})
        ignore_missing(api.batch.delete_namespaced_job, *where, propagation_policy="Background")


def remove_records(api: Api, namespace: str, selector: str) -> None:
    """Delete the records that a label selector selects."""
    api.core.delete_collection_namespaced_config_map(namespace, label_selector=selector)


def remove_pods(api: Api, namespace: str, selector: str) -> None:
    """End the pods soon, as nobody waits for them any more."""
    api.core.delete_collection_namespaced_pod(
        namespace, label_selector=selector, grace_period_seconds=POD_SECONDS
    )


def ignore_missing(call: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """Make a call, and return None where the object is not there."""
    try:
        return call(*args, **named)
    except FAULTS as exc:
        if status(exc) != 404:
            raise
        return None


def wait_until(gone: Callable[[], bool]) -> bool:
    """Wait, and tell whether it is gone."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not gone():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
