# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Reading a message: untrusted text in, a checked message or a clear error out."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from ..common import error_codes, strict_json
from ..common.printable import printable
from . import addressee, envelopes, ineffective, limits, zero_values
from .entry import Entry
from .naming import LABEL_DIGITS, NAME_DIGITS
from .schema_parts import Part
from .unknown_fields import unknown_fields

TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")

TOO_SLOW = "tried alone, it takes more time or memory to read, judge and render than a run may use"


def read_message(key: str, text: str, *validators: Any, stalls: bool = False) -> Entry:
    """Read a message's text, valid or not.

    The validators are jsonschema validators, all of which it must satisfy. The result says
    for C(key) whether the message is valid, and holds the message or the error; the
    id and the webhook are there wherever they could be read, so that the caller of an
    invalid message can hear of it. Of one that C(stalls), because its run took too long or was
    killed when it was tried alone, nothing else is looked at.
    """
    body_sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    result: Entry = {
        "key": key,
        "id": None,
        "id_label": body_sha256[:LABEL_DIGITS],  # the id's, once there is one
        "webhook": None,
        "service": None,
        "message": None,
        "warnings": [],
        "error": None,
        "name_digits": NAME_DIGITS,
        "body_sha256": body_sha256,
    }
    whole = Part.whole(*(one.schema for one in validators))
    try:
        message = _normalize(_parsed(text, stalls), whole)
        limits.check(message, *validators)
        result = {**result, **addressee.of_message(message), "message": message}
        result["warnings"] = unknown_fields(message, whole) + ineffective.warnings(message)
    except (strict_json.InvalidJson, limits.InvalidMessage) as exc:
        words = printable("invalid message: {0}".format(exc))
        error = error_codes.error(error_codes.INVALID_MESSAGE, words)
        result = {**result, **addressee.of_text(text), "error": error}
    return result


def _parsed(text: str, stalls: bool) -> Any:
    if stalls:
        raise limits.InvalidMessage(TOO_SLOW)
    return strict_json.loads(text)


def traceparents(given: dict[str, Any]) -> dict[str, str]:
    """Return those that are a traceparent: a sender's mistake in it costs its trace alone."""
    return {key: text for key, text in given.items() if TRACEPARENT.fullmatch(str(text))}


def _normalize(message: Any, whole: Part) -> dict[str, Any]:
    """Return a message as the schemas and the templates know it, however its sender spelt it."""
    if not isinstance(message, dict):
        raise limits.InvalidMessage("the message is not a JSON object")
    advice = envelopes.advice(message)
    if advice:
        raise limits.InvalidMessage(advice)
    job = message.get("job")
    if isinstance(job, dict):
        message = {**message, "job": _with_values(_with_volume(job))}
    return zero_values.without(message, whole)


def _with_volume(job: dict[str, Any]) -> dict[str, Any]:
    """Return a job with the key C(volume:), as the first message had it, in its other spelling."""
    given = [name for name in ("volume", "volume:") if not zero_values.is_empty(job.get(name))]
    if len(given) == 2:
        raise limits.InvalidMessage('job: both "volume" and "volume:" are given')
    others = {name: value for name, value in job.items() if name not in ("volume", "volume:")}
    return {**others, "volume": job[given[0]]} if given else others


def _with_values(job: dict[str, Any]) -> dict[str, Any]:
    """Return a job whose variables all have a value: null or missing becomes empty."""
    if not isinstance(job.get("env"), list):
        return job
    return {**job, "env": [_with_value(one) for one in job["env"]]}


def _with_value(variable: Any) -> Any:
    if not isinstance(variable, dict) or variable.get("value") is not None:
        return variable
    return {**variable, "value": ""}
