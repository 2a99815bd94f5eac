# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The outcome of a message, and what was rendered before: types, from one task to the next."""

from __future__ import annotations

from typing import Any, Optional, TypedDict


class Rendered(TypedDict, total=False):
    """What the lookup C(manifests) makes of an entry."""

    key: str
    id_label: str
    body_sha256: str
    namespace: str
    name: str  # the Job's
    is_listed: bool  # the policy has its namespace word for word, and not only by a pattern
    manifest: Optional[str]  # the Job's, as a text of JSON; None where there is none
    error: Optional[dict[str, str]]  # errorCode and message: its caller hears 99
    fault: Optional[str]  # what an operator has to set right


class Outcome(TypedDict, total=False):
    """What became of a message; C(outcomes.outcomes) makes it of an entry."""

    outcome: str  # created, exists, rejected, retry, postponed or taken
    key: str  # this and the next ones are the entry's
    id: Optional[str]
    id_label: str
    unscoped_label: Optional[str]
    webhook: Optional[str]
    service: Optional[str]
    body_sha256: str
    traceparent: Optional[str]
    send: Optional[str]
    queue: Optional[str]
    sender: Optional[str]
    warnings: list[str]
    namespace: Optional[str]  # the Job's, where it has one
    name: Optional[str]
    error: Optional[dict[str, str]]  # errorCode and message, of a rejection
    reason: Optional[str]  # for another try
    attempted: bool  # its own Job was sent to the API server, or could not be
    invented: bool  # its namespace, for all that the credentials can tell
    fault: bool  # an operator has to set the reason right
    delivered: Optional[bool]  # whether its caller has heard 99; None where it is rejected only now
    earlier: list[dict[str, Any]]  # records of rejections of its body
    record: Optional[str]  # the digest of the record that answers it, where it is rejected
    generation: int  # of that record
    rules_digest: str  # of what has judged it
