# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The entry of a message: what was read of it, valid or not."""

from __future__ import annotations

from typing import Any, Optional, TypedDict


class Entry(TypedDict, total=False):
    """A message of a batch, as C(read.read_message) and the lookup C(messages) make it."""

    key: str  # its file's or its variable's name, by which outcomes refer to it
    id: Optional[str]  # None where none could be read
    id_label: str  # the digest of the id in its scope; of the body where there is no id
    unscoped_label: Optional[str]  # the digest of the id alone; None where the id has no scope
    former_labels: list[str]  # the digests that the id would have in other scopes
    name_digits: int  # digits of the id's digest in its Job's name
    body_sha256: str
    webhook: Optional[str]
    service: Optional[str]
    message: Any  # valid and checked, as data or a text of JSON; None where it is not valid
    error: Optional[dict[str, str]]  # errorCode and message; None where it is valid
    warnings: list[str]
    traceparent: Optional[str]
    send: Optional[str]  # a digest of SQS's id of the message
    queue: Optional[str]  # an ARN
    sender: Optional[str]
