# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The state that a Job or a record has in its annotations: the only access to it."""

from __future__ import annotations

from datetime import datetime, timezone
from math import ceil
from typing import Any, Optional

from ..webhooks.destinations.rules import without_account
from . import annotation_values, keys

DAY = 86400.0  # seconds


def annotations_of(thing: dict[str, Any]) -> dict[str, str]:
    """Return the annotations, none where there are none."""
    return thing["metadata"].get("annotations") or {}


def message_id(thing: dict[str, Any]) -> Optional[str]:
    """Return the id of the message that this is about; None where it is not ours."""
    return annotations_of(thing).get(keys.ID_ANNOTATION)


def id_label(thing: dict[str, Any]) -> Optional[str]:
    """Return the digest by which it is found; None where it is not ours."""
    return (thing["metadata"].get("labels") or {}).get(keys.ID_LABEL)


def unscoped_label(thing: dict[str, Any]) -> Optional[str]:
    """Return the digest of its message's id without a scope; None where the id has none."""
    return (thing["metadata"].get("labels") or {}).get(keys.UNSCOPED_LABEL)


def is_managed(thing: dict[str, Any]) -> bool:
    """Tell whether this service made it."""
    return keys.BODY_ANNOTATION in annotations_of(thing) and id_label(thing) is not None


def webhook(thing: dict[str, Any]) -> Optional[str]:
    """Return the URL that hears of it, if any; without a password, which versions before let in."""
    url = annotations_of(thing).get(keys.WEBHOOK_ANNOTATION)
    return url if url is None else without_account(url)


def service(thing: dict[str, Any]) -> Optional[str]:
    """Return the message's service; None where it is not known, as on what older versions made."""
    return annotations_of(thing).get(keys.SERVICE_ANNOTATION)


def source(thing: dict[str, Any]) -> tuple[str, str]:
    """Return queue and sender of its message, each empty where it is not known."""
    own = annotations_of(thing)
    return own.get(keys.QUEUE_ANNOTATION, ""), own.get(keys.SENDER_ANNOTATION, "")


def delivery(thing: dict[str, Any]) -> Optional[str]:
    """Return what its callbacks' ids begin with: nothing else has it, whatever its message's id.

    What an older version made goes on with what its caller may have heard already.
    """
    by_uid = annotations_of(thing).get(keys.DELIVERY_ANNOTATION) == keys.DELIVERY_BY_UID
    return thing["metadata"]["uid"] if by_uid else rejection(thing) or id_label(thing)


def traceparent(thing: dict[str, Any]) -> Optional[str]:
    """Return the trace that its message belongs to, if any."""
    return annotations_of(thing).get(keys.TRACE_ANNOTATION)


def callbacks_complete(thing: dict[str, Any]) -> bool:
    """Tell whether its terminal status was accepted or has expired."""
    return keys.DONE_LABEL in (thing["metadata"].get("labels") or {})


def stores_expired(thing: dict[str, Any]) -> bool:
    """Tell whether a record has an expired callback."""
    return keys.EXPIRED_LABEL in (thing["metadata"].get("labels") or {})


def expired_on(thing: dict[str, Any]) -> str:
    """Return the day on which a record's last callback expired; empty if unknown."""
    text: str = (thing["metadata"].get("labels") or {}).get(keys.EXPIRED_LABEL) or ""
    return text if text.isdecimal() else ""


def rejection(thing: dict[str, Any]) -> Optional[str]:
    """Return the digests of body and judgement by which a record is found.

    None for a Job, and for the records of version 0.1.0, which are found by the id's.
    """
    if thing.get("kind") == "Job":  # whoever may change it may have put the label there
        return None
    return (thing["metadata"].get("labels") or {}).get(keys.REJECTION_LABEL)


def rules_digest(record: dict[str, Any]) -> Optional[str]:
    """Return the digest of what judged a record's body."""
    return annotations_of(record).get(keys.RULES_ANNOTATION)


def generation(record: dict[str, Any]) -> int:
    """Return how often what judges had changed between the times that a body was sent."""
    text = annotations_of(record).get(keys.GENERATION_ANNOTATION, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def sends(record: dict[str, Any]) -> dict[str, str]:
    """Return when each message came that a record answers, by the digest of SQS's id of it."""
    return _by_key(record, keys.SENT_PREFIX)


def completed_callbacks(thing: dict[str, Any]) -> dict[str, float]:
    """Return when each callback was accepted or has expired, by key, as seconds since 1970."""
    moments = {
        **_by_key(thing, keys.EXPIRED_PREFIX),
        **_by_key(thing, keys.REPORTED_PREFIX),
    }
    return {key: parse_time(moments[key]) for key in filter(annotation_values.is_key, moments)}


def details(thing: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the details that were written down before their callback was sent, by key.

    The first pod comes first.
    """
    found = _by_key(thing, keys.DETAIL_PREFIX)
    in_order = sorted(filter(annotation_values.is_key, found), key=lambda key: (len(key), key))
    return {key: annotation_values.detail(found[key]) for key in in_order}


def error(thing: dict[str, Any]) -> Optional[dict[str, str]]:
    """Return error code and text of an end that no condition tells, if any."""
    return annotation_values.error(annotations_of(thing).get(keys.ERROR_ANNOTATION))


def reasons(thing: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the recorded reasons why its Pods waited or failed: C(words), C(waits) and C(at).

    By the word that tells one from another, in the order in which they were seen.
    """
    return annotation_values.reasons(annotations_of(thing).get(keys.REASONS_ANNOTATION))


def retry(thing: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of tries in vain: C(since), C(tries), C(tried), C(next)."""
    return annotation_values.tries(annotations_of(thing).get(keys.RETRY_ANNOTATION))


def next_look(thing: dict[str, Any]) -> Optional[float]:
    """Return when there is something to do at the latest, as seconds since 1970."""
    text = annotations_of(thing).get(keys.NEXT_ANNOTATION)
    return parse_time(text) if text else None


def object_ref(thing: dict[str, Any]) -> dict[str, Any]:
    """Return what it takes to patch exactly this object, whatever became of it meanwhile."""
    metadata = {name: thing["metadata"][name] for name in ("namespace", "name", "uid")}
    return {"apiVersion": thing["apiVersion"], "kind": thing["kind"], "metadata": metadata}


def parse_time(text: str) -> float:
    """Return a moment as Kubernetes writes it as seconds since 1970; 0 for what is none."""
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def format_time(since_1970: float) -> str:
    """Return seconds since 1970, rounded up, as a moment that people can read."""
    return datetime.fromtimestamp(ceil(since_1970), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(since_1970: float) -> str:
    """Return the day of a moment in UTC as a number such as 20260131: what is later is greater."""
    return datetime.fromtimestamp(since_1970, timezone.utc).strftime("%Y%m%d")


def _by_key(thing: dict[str, Any], prefix: str) -> dict[str, str]:
    return {
        name[len(prefix) :]: value
        for name, value in annotations_of(thing).items()
        if name.startswith(prefix)
    }
