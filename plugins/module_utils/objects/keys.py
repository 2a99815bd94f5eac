# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The labels and annotations that carry a message's state on its Job, and on its record.

A record is a ConfigMap: what is kept of a message that did not become a Job, and of
callbacks that nobody accepted in time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PREFIX = "sqs-k8s.jobs"

# Prefix of the names of records, which no Job may read.
RECORD_NAME = "sqs-k8s-jobs-"

# Finalizer of a Job: the object stays until all callbacks are delivered and its window is over.
FINALIZER = PREFIX + "/reported"

# Label of Job, pods and record: a digest of the message's id, by which they are found.
ID_LABEL = PREFIX + "/id"
# Label of the same: a digest of the id alone, where the other one has a scope in it.
UNSCOPED_LABEL = PREFIX + "/unscoped-id"
# Label of a Job or record whose terminal status was accepted, or has expired.
DONE_LABEL = PREFIX + "/done"
# Label of a record of a message that was refused; its value is a digest of the body, by which it is
# found: an id may be that of very many bodies. Version 0.1.0 wrote "refused".
RECORD_LABEL = PREFIX + "/record"
REJECTED_RECORD = "refused"
# Label of such a record: digests of the body and of how it was judged, as in its name.
REJECTION_LABEL = PREFIX + "/rejection"
# Label of a record that keeps callbacks which have expired; its value is the last day on which one
# did, such as 20260131, so that older ones can be asked for. Version 0.1.0 wrote "true".
EXPIRED_LABEL = PREFIX + "/expired"

# Annotation: the id itself; a label could not hold it.
ID_ANNOTATION = PREFIX + "/message-id"
# Annotation: where the caller hears of it. Absent where there is no webhook.
WEBHOOK_ANNOTATION = PREFIX + "/webhook"
# Annotation: the message's service, whose secret signs its callbacks.
SERVICE_ANNOTATION = PREFIX + "/service"
# Annotations: the queue that its message came from, as ARN, and its sender, as SQS says them.
QUEUE_ANNOTATION = PREFIX + "/queue"
SENDER_ANNOTATION = PREFIX + "/sender"
# Annotation of a Job: by what its callbacks' ids begin. Without it, as on what older versions made,
# by the digest of the message's id.
DELIVERY_ANNOTATION = PREFIX + "/delivery-ids"
DELIVERY_BY_UID = "uid"
# Annotation, of Pods too: the trace that its sender's message belongs to, as W3C's traceparent.
TRACE_ANNOTATION = PREFIX + "/traceparent"
# Annotation: sha256 of the message's body, to tell an id sent again with another body.
BODY_ANNOTATION = PREFIX + "/body-sha256"
# Annotation: error code and words of an end that no condition of the Job will tell.
ERROR_ANNOTATION = PREFIX + "/error"
# Annotations of a record: a digest of what judged the body, and how often that had changed.
RULES_ANNOTATION = PREFIX + "/judge"
GENERATION_ANNOTATION = PREFIX + "/generation"
# Annotation: the callback that is tried again: since when, how often, when last, when next.
RETRY_ANNOTATION = PREFIX + "/retry"
# Annotation: when there is something to do at the latest, if nothing changes before.
NEXT_ANNOTATION = PREFIX + "/next-look"
# Annotation: when the Job controller was last made to look at a Job it had lost sight of.
TOUCHED_ANNOTATION = PREFIX + "/nudged"
# Annotation: when it was last tried whether this can be written, where it could not be before.
CHECKED_ANNOTATION = PREFIX + "/checked"

# Annotation: why pods of the Job waited or failed, as it was seen; they may be gone by the end.
REASONS_ANNOTATION = PREFIX + "/pod-reasons"
# Annotation of Pods: their main container, where it is not named as the collection's template does.
MAIN_ANNOTATION = PREFIX + "/main-container"

# Annotations, one per callback, by its key: its detail, written before it is first sent;
# when it was accepted; when it was given up. Two writers so never undo each other's.
DETAIL_PREFIX = PREFIX + "/detail-"
REPORTED_PREFIX = PREFIX + "/reported-"
EXPIRED_PREFIX = PREFIX + "/expired-"

# Annotations of a record, one per message that it answers, by a digest of SQS's id of it: when.
SENT_PREFIX = PREFIX + "/sent-"

_OF_MESSAGE = {
    "webhook": WEBHOOK_ANNOTATION,
    "service": SERVICE_ANNOTATION,
    "queue": QUEUE_ANNOTATION,
    "sender": SENDER_ANNOTATION,
}


def of_id(entry: Mapping[str, Any]) -> dict[str, str]:
    """Return the labels by which all is found that a message becomes."""
    found = {ID_LABEL: entry["id_label"], UNSCOPED_LABEL: entry.get("unscoped_label")}
    return {name: value for name, value in found.items() if value}


def of_message(entry: Mapping[str, Any]) -> dict[str, str]:
    """Return the annotations of a message's webhook and service."""
    return {key: entry[name] for name, key in _OF_MESSAGE.items() if entry.get(name)}
