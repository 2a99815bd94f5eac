# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The limits of a message as JSON Schemas, and the errors of messages that break them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

from ..webhooks.destinations import urls

MAX_ERRORS = 3  # in the error of a message
MAX_QUOTED = 60  # characters of a text, in an error
MAX_REASON = 200  # characters of a validator's own words

# Parts of a message that may hold a password or a token. They, and what they are in, are never
# quoted: the words go into a log, an annotation and the dead-letter queue.
PRIVATE = (("webhook",), ("job", "env"))

# Units of a value's size, by the limits that bound it.
_MEASURED = {
    "maxLength": ("too long", "characters", "at most"),
    "minLength": ("too short", "characters", "at least"),
    "maxItems": ("too long", "items", "at most"),
    "minItems": ("too short", "items", "at least"),
    "maxProperties": ("too long", "fields", "at most"),
    "minProperties": ("too short", "fields", "at least"),
}


class InvalidMessage(ValueError):
    """The message breaks a limit of the contract; its text has the field and the limit."""


class Uncallable(NamedTuple):
    """A fault of a webhook that no schema's pattern can express."""

    message: str
    path: tuple[str, ...] = ("webhook", "url")
    absolute_path: tuple[str, ...] = ("webhook", "url")
    validator: str = "callable"


def check(message: Any, *validators: Any) -> None:
    """Raise InvalidMessage, naming field and limit, where a schema or a webhook is broken."""
    broken: dict[tuple[Any, ...], Any] = {}
    found = chain.from_iterable(one.iter_errors(message) for one in validators)
    for error in chain(_of_webhook(message), found):
        # A field has one error, and an object one error with all missing fields.
        place = (error.validator == "required", *error.absolute_path)
        broken[place] = _told(broken.get(place), error)
        if len(broken) > MAX_ERRORS:
            break
    if broken:
        errors = sorted(broken.values(), key=lambda error: list(map(str, error.path)))
        described = list(map(_describe, errors[:MAX_ERRORS]))
        raise InvalidMessage("; ".join(described + ["and more"] * (len(errors) > MAX_ERRORS)))


def _of_webhook(message: Any) -> Iterator[Uncallable]:
    webhook = message.get("webhook")
    url = webhook.get("url") if isinstance(webhook, dict) else None
    fault = urls.fault(url) if isinstance(url, str) else None
    if fault:
        yield Uncallable(fault)


def _told(known: Any, error: Any) -> Any:
    """Return the error of a field to report: the first, or the tighter of one kind's limits."""
    if known is None or known.validator != error.validator or error.validator not in _MEASURED:
        return known or error
    tighter = min if error.validator.startswith("max") else max
    return tighter(known, error, key=lambda one: one.validator_value)


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
    """Return an error about an object's missing fields; for a block, the missing half."""
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
    if isinstance(error, Uncallable):
        return error.message
    if error.validator in _MEASURED:
        return _length(error, private)
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


def _length(error: Any, private: bool) -> str:
    fault, what, bound = _MEASURED[error.validator]
    length = len(error.instance)
    quoted = isinstance(error.instance, str) and not private
    return "{0} is {1}: {2} {3}, {4} {5}".format(
        repr(_short(error)) if quoted else "this",
        fault,
        length,
        what.removesuffix("s") if length == 1 else what,
        bound,
        error.validator_value,
    )


def _short(error: Any) -> Any:
    value = error.instance
    if isinstance(value, str) and len(value) > MAX_QUOTED:
        return value[:MAX_QUOTED] + "…"
    return value
