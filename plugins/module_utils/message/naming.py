# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The names that follow from a message's id: the same id gives the same names, always."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Optional

NAME_DIGITS = 8
LONG_NAME_DIGITS = 32
NAME_LENGTH = 63
LABEL_DIGITS = 32
SEND_DIGITS = 16
BODY_DIGITS = 16

_LABEL_VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")


def id_sha256(message_id: str) -> str:
    """Return the sha256 of a message's id as 64 hex digits."""
    return hashlib.sha256(message_id.encode("utf-8")).hexdigest()


def id_label(message_id: str, scope: str = "") -> str:
    """Return the label value by which an id's Job and pods are found, of those in a scope.

    128 bits: two ids that share a Job's name do not share this, nor does one id in two scopes. With
    the scope as a key, no id can be made up in one of them that has another's digest.
    """
    if not scope:
        return id_sha256(message_id)[:LABEL_DIGITS]
    keyed = hmac.new(scope.encode("utf-8"), message_id.encode("utf-8"), hashlib.sha256)
    return keyed.hexdigest()[:LABEL_DIGITS]


def body_label(body_sha256: str) -> str:
    """Return the label value by which the records of a body are found; few others may share it."""
    return body_sha256[:BODY_DIGITS]


def send_digest(sqs_message_id: str) -> str:
    """Return what a record remembers of a message that it answered, by SQS's own id of it."""
    return hashlib.sha256(sqs_message_id.encode("utf-8", "surrogatepass")).hexdigest()[:SEND_DIGITS]


def job_name(
    prefix: str, message_id: str, digits: int = NAME_DIGITS, label: Optional[str] = None
) -> str:
    """Return C(<prefix>-<first digits of the id's digest>), at most 63 characters.

    The longer name has the digits of the id's C(label), which has its scope in it.

    A prefix that leaves no room is cut, never the digest, which tells ids apart. Eight decimal
    digits are what the CronJob controller puts behind a CronJob's name, minutes since 1970: a Job
    of such a name would take the place of that run, so it gets the longer name.
    """
    digest = id_sha256(message_id)[:digits]
    if digits > NAME_DIGITS or digest.isdecimal():
        digest = label or id_label(message_id)
    room = NAME_LENGTH - len(digest) - 1
    return "{0}-{1}".format(prefix[:room], digest)


def is_long(name: str, label: str) -> bool:
    """Tell whether a Job's name has the longer digest already, the last alternative."""
    return name.endswith("-" + label)


def is_label_value(text: str) -> bool:
    """Tell whether Kubernetes takes the text as a label's value."""
    return text == "" or _LABEL_VALUE.fullmatch(text) is not None
