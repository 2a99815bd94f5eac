# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The API server's answers to the creation of a Job: created, a rejection, or a fault to retry."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..common.printable import printable

CREATED = "created"
TAKEN = "taken"  # an object of this name is there
REJECTED = "rejected"  # the message's matter: sent again, it is rejected again
FORBIDDEN = "forbidden"  # the operator's matter: the credentials may not do this
RETRY = "retry"  # the cluster's matter: it may go well later
POSTPONED = "postponed"  # nobody's matter: the run had no time to try it

_REFUSED_CODES = (400, 403, 404, 413, 422)
# A 403 that is no judgement of the message: the credentials lack a right.
_NOT_ALLOWED = re.compile(
    r"\S+ (?:\"[^\"]*\" )?is forbidden: User \"(?:[^\"\\]|\\.)*\""
    r" cannot (?:create|get|patch) resource"
)
# Admission that judged nothing: a quota that may free up, a plugin that does not know yet what it
# needs or could not read it, a policy whose parameters are missing. Read from the first word on,
# since a sender's text may be quoted later.
_POLICY = r"(?:ValidatingAdmissionPolicy|policy) '[^']*'(?: with binding '[^']*')? denied request: "
_LATER = re.compile(
    r"(?:\S+ (?:\"[^\"]*\" )?(?:is|are) )?(?:forbidden: )?(?:"
    r"exceeded quota|status unknown for quota|insufficient quota|failed to list resourcequotas"
    r"|error (?:getting|resolving) \S*quota|not yet ready to handle request"
    r"|(?:\S+: )?caches not synchronized|unable to [^\"]* at this time because"
    r"|(?:{0})?(?:failed to configure (?:policy|binding)|no params found|unable to read params)"
    r"|etcdserver: |context deadline exceeded|Internal error occurred|Timeout: |Get \"https?://"
    r")".format(_POLICY),
    re.IGNORECASE,
)
# A conflict of something else, such as of the quota that counts a new object.
_EXISTS = re.compile(r"already exists")
# etcd's words for an object that it does not keep, which come as the API server's own failure.
_TOO_LARGE = re.compile(r"request is too large|message larger than max")
_PREFIX = re.compile(r"^Failed to \w+ (?:the )?\w*(?: \w+)?: ")


def results(registered: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one result per definition, which C(kubernetes.core.k8s) shapes by their number.

    A loop of it has those of each of its items.
    """
    if isinstance(registered.get("results"), list):
        return [one for item in registered["results"] for one in results(item)]
    if registered.get("skipped"):
        return []
    inner = registered.get("result")
    if isinstance(inner, dict) and isinstance(inner.get("results"), list):
        return inner["results"]
    return [registered]


def is_created(result: dict[str, Any]) -> bool:
    """Tell whether a result is of a created object, with its metadata."""
    return not result.get("error") and "metadata" in (result.get("result") or {})


def results_by_label(
    rendered: Sequence[Mapping[str, Any]], registered: dict[str, Any]
) -> dict[str, Any]:
    """Return the result of each manifest that was sent, by its id's label."""
    sent = [one["id_label"] for one in rendered if one["manifest"]]
    return dict(zip(sent, results(registered)))  # noqa: B905 - none where none was asked


def classify(result: dict[str, Any]) -> tuple[str, str]:
    """Return the outcome of a definition, and the API server's error, cut to a length.

    It quotes the values that it refuses, and a message's may be as long as the message.
    """
    error = result.get("error")
    if not error:
        # Created by another between the module's look and its call: a result without an object.
        return (CREATED, "") if result.get("result") else (TAKEN, "")
    text = str(error.get("msg") or error.get("reason") or error)
    status = _status(text)
    words = str(status.get("message") or text)
    return _whose(status.get("code"), text, words), printable(words)


def lacks_namespace(registered: dict[str, Any], name: str) -> bool:
    """Tell whether an object could not be created since the namespace C(name) does not exist."""
    missing = 'namespaces "{0}" not found'.format(name)
    failed = [one for one in results(registered) if one.get("error")]
    return any(classify(one)[1] == missing for one in failed)


def without_name(words: str, name: str) -> str:
    """Return an API server's error without the object's name, which it or a webhook quotes.

    So they are the same for each object, and may be shown where no sender's names are.
    """
    return words.replace('"{0}" '.format(name), "").replace(name, "…") if name else words


def _whose(code: Any, text: str, words: str) -> str:
    if text.startswith("Failed to patch") or (code == 409 and _EXISTS.search(words)):
        return TAKEN
    if code == 403 and _NOT_ALLOWED.match(words):
        return FORBIDDEN
    if _TOO_LARGE.search(words) or (code in _REFUSED_CODES and not _LATER.match(words)):
        return REJECTED
    return RETRY


def _status(text: str) -> dict[str, Any]:
    """Read the API server's Status out of the module's message, which quotes it as bytes."""
    body = _PREFIX.sub("", text, count=1)
    try:
        raw = ast.literal_eval(body) if body.startswith(("b'", 'b"')) else body
        status = json.loads(raw)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    return status if isinstance(status, dict) else {}
