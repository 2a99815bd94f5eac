# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The limits of a message, as JSON Schemas have them, and words for one that breaks them."""

from __future__ import annotations

from itertools import chain
from typing import Any

MAX_ERRORS = 3  # that are told of one message
MAX_QUOTED = 60  # characters of a text that are told
MAX_REASON = 200  # characters of a validator's own words

# Parts of a message that may hold a password or a token. They, and what they are in, are never
# quoted: the words go into a log, an annotation and the dead-letter queue.
PRIVATE = (("webhook",), ("job", "env"))


class InvalidMessage(ValueError):
    """The message breaks a limit of the contract; says which field and which limit."""


def check(message: Any, *validators: Any) -> None:
    """Raise InvalidMessage, naming field and limit, where a schema is broken."""
    broken: dict[tuple[Any, ...], Any] = {}
    for error in chain.from_iterable(one.iter_errors(message) for one in validators):
        # Of a field the first error is told, and of an object all that is missing at once.
        broken.setdefault((error.validator == "required", *error.absolute_path), error)
        if len(broken) > MAX_ERRORS:
            break
    if broken:
        errors = sorted(broken.values(), key=lambda error: list(map(str, error.path)))
        described = list(map(_describe, errors[:MAX_ERRORS]))
        raise InvalidMessage("; ".join(described + ["and more"] * (len(errors) > MAX_ERRORS)))


def _describe(error: Any) -> str:
    path = "".join(
        "[{0}]".format(part) if isinstance(part, int) else ".{0}".format(part)
        for part in error.absolute_path
    ).lstrip(".")
    if error.validator == "required":
        return _missing(path, error)
    place = tuple(error.absolute_path)
    private = any(place[: len(one)] == one or one[: len(place)] == place for one in PRIVATE)
    return "{0}: {1}".format(path or "the message", _reason(error, private))


def _missing(path: str, error: Any) -> str:
    """Return in words what an object lacks; of a block, of which all is required, the half."""
    names = error.validator_value
    given = [name for name in names if name in error.instance]
    missing = [name for name in names if name not in error.instance]
    if path and given and set(error.schema.get("properties", ())) == set(names):
        return "{0}: {1} is given and {2} is not".format(
            path, " and ".join(given), " and ".join(missing)
        )
    each = ("{0}.{1}".format(path, name).lstrip(".") for name in missing)
    return ", ".join("{0} is required".format(field) for field in each)


def _reason(error: Any, private: bool) -> str:
    limit = "breaks the limit {0} {1}".format(error.validator, error.validator_value)
    if error.validator in ("pattern", "anyOf"):
        hint = error.schema.get("description") or "of the expected form"
        subject = "this" if private else repr(_short(error))
        return "{0} is not {1}".format(subject, hint)
    if private and error.validator == "type":
        return "this is not of type {0!r}".format(error.validator_value)
    if error.validator is None:
        return "a field is not allowed"
    return limit if private or len(error.message) > MAX_REASON else error.message


def _short(error: Any) -> Any:
    value = error.instance
    if isinstance(value, str) and len(value) > MAX_QUOTED:
        return value[:MAX_QUOTED] + "…"
    return value
