# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Reading a message: untrusted text in, a checked message or a clear error out."""

from __future__ import annotations

import hashlib
import re
from itertools import chain, islice
from typing import Any

from . import error_codes, strict_json
from .naming import LABEL_DIGITS, NAME_DIGITS, id_label
from .words import MAX_NAME_LENGTH, printable

MAX_ID_LENGTH = 256
MAX_SERVICE_LENGTH = 63
MAX_ERRORS = 3  # that are told of one message
MAX_WARNINGS = 20
MAX_URL_LENGTH = 2048
TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
HTTP_URL = re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#]\S*")


class InvalidMessage(ValueError):
    """The message breaks a limit of the contract; says which field and which limit."""


def read_message(key: str, text: str, *validators: Any) -> dict[str, Any]:
    """Read one message's text, whatever it holds.

    The validators are jsonschema validators, all of which it must satisfy. The result says
    for C(key) whether the message is valid, and holds the message or the error; the
    id and the webhook are there wherever they could be read, so that the caller of an
    invalid message can be told.
    """
    body_sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    result: dict[str, Any] = {
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
    try:
        raw = strict_json.loads(text)
        message = _normalize(raw)
        result.update(_addressee(message))
        check(message, *validators)
        unknown = unknown_fields(message, *(one.schema for one in validators))
        result["warnings"] = [printable(name, MAX_NAME_LENGTH) for name in unknown[:MAX_WARNINGS]]
        result["message"] = message
    except (strict_json.InvalidJson, InvalidMessage) as exc:
        words = printable("invalid message: {0}".format(exc))
        result["error"] = error_codes.error(error_codes.INVALID_MESSAGE, words)
    return result


def traceparents(given: dict[str, Any]) -> dict[str, str]:
    """Return those that are a traceparent: a sender's mistake in it costs its trace alone."""
    return {key: text for key, text in given.items() if TRACEPARENT.fullmatch(str(text))}


def check(message: Any, *validators: Any) -> None:
    """Raise InvalidMessage, naming field and limit, where a schema is broken."""
    found = chain.from_iterable(one.iter_errors(message) for one in validators)
    errors = list(islice(found, MAX_ERRORS + 1))
    errors.sort(key=lambda error: list(map(str, error.path)))
    if errors:
        # Of several missing fields each is an error, and each of these names all of them.
        described = list(dict.fromkeys(map(_describe, errors[:MAX_ERRORS])))
        if len(errors) > MAX_ERRORS:
            described.append("and more")
        raise InvalidMessage("; ".join(described))


def unknown_fields(message: Any, *schemas: dict[str, Any]) -> list[str]:
    """Return the paths of the fields that none of the schemas knows."""
    unknown = [set(_unknown(message, one, one.get("$defs", {}), "")) for one in schemas]
    found = set().union(*unknown)
    return sorted(path for path in found if all(_within(path, paths) for paths in unknown))


def _unknown(value: Any, schema: dict[str, Any], defs: dict[str, Any], path: str) -> list[str]:
    schema = defs.get(schema.get("$ref", "").removeprefix("#/$defs/"), schema)
    found = []
    if isinstance(value, list):
        for inner in value:
            found += _unknown(inner, schema.get("items", {}), defs, path + "[]")
    elif isinstance(value, dict) and "properties" in schema:
        for name, inner in value.items():
            here = "{0}.{1}".format(path, name).lstrip(".")
            known = schema["properties"].get(name)
            found += [here] if known is None else _unknown(inner, known, defs, here)
    return found


def _within(path: str, paths: set[str]) -> bool:
    """Tell whether a path, or something that it lies in, is among the paths."""
    parts = path.split(".")
    return any(".".join(parts[: count + 1]) in paths for count in range(len(parts)))


def _normalize(message: Any) -> Any:
    """Drop what is null, which counts as not given, and mend the key C(volume:)."""
    if not isinstance(message, dict):
        raise InvalidMessage("the message is not a JSON object")
    message = _without_nulls(message)
    job = message.get("job")
    if isinstance(job, dict) and "volume:" in job:
        if "volume" in job:
            raise InvalidMessage('job: both "volume" and "volume:" are given')
        job["volume"] = job.pop("volume:")
    return message


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(inner) for name, inner in value.items() if inner is not None}
    return value


def _addressee(message: dict[str, Any]) -> dict[str, Any]:
    """Return the id, the webhook and the service as far as they are usable, in any message."""
    found: dict[str, Any] = {}
    message_id = message.get("id")
    if isinstance(message_id, str) and 0 < len(message_id) <= MAX_ID_LENGTH:
        found["id"] = message_id
        found["id_label"] = id_label(message_id)
    service = message.get("service")
    if isinstance(service, str) and 0 < len(service) <= MAX_SERVICE_LENGTH:
        found["service"] = service
    webhook = message.get("webhook")
    url = webhook.get("url") if isinstance(webhook, dict) else None
    if isinstance(url, str) and len(url) <= MAX_URL_LENGTH and HTTP_URL.fullmatch(url):
        found["webhook"] = url
    return found


def _describe(error: Any) -> str:
    path = "".join(
        "[{0}]".format(part) if isinstance(part, int) else ".{0}".format(part)
        for part in error.absolute_path
    ).lstrip(".")
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return ", ".join(
            "{0} is required".format("{0}.{1}".format(path, name).lstrip(".")) for name in missing
        )
    hint = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
    text = error.message
    if error.validator in ("pattern", "anyOf"):
        text = "{0!r} is not {1}".format(_short(error.instance), hint or "of the expected form")
    elif len(text) > 200:
        text = "breaks the limit {0} {1}".format(error.validator, error.validator_value)
    return "{0}: {1}".format(path or "the message", text)


def _short(value: Any) -> Any:
    return value[:60] + "…" if isinstance(value, str) and len(value) > 60 else value
