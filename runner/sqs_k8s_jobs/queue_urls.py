"""The queues served and their weights: the operator's text, and its parsed form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqs_k8s_jobs.errors import OperatorError

WEIGHT = 1  # where none is given
MAXIMUM = 1000


def weights(text: str) -> dict[str, int]:
    """Return each queue's URL with its weight, in their order, from a text that `written` gave."""
    return dict(_pair(word, "queue_url") for word in _words(text))


def written(value: Any, source: str) -> str:
    """Return the text form of a text, a list, or a mapping of URLs to weights.

    It is URLs between blanks, each with = and its weight unless that is 1. Raises OperatorError,
    naming the source, where it cannot be read, or a queue comes twice.
    """
    found: dict[str, int] = {}
    for url, weight in _pairs(value, source):
        if url in found:
            raise OperatorError(f"{source}: the queue {url} is named twice")
        found[url] = weight
    return " ".join(url if weight == WEIGHT else f"{url}={weight}" for url, weight in found.items())


def _pairs(value: Any, source: str) -> Iterator[tuple[str, int]]:
    if isinstance(value, str):
        for word in _words(value):
            yield _pair(word, source)
    elif isinstance(value, list):
        for one in value:
            yield from _pairs(one, source)
    elif isinstance(value, dict):
        for url, weight in value.items():
            yield _url(url, source), WEIGHT if weight is None else _weight(url, weight, source)
    else:
        raise OperatorError(f"{source}: {value!r} is no URL of a queue")


def _pair(word: str, source: str) -> tuple[str, int]:
    """Read URL or URL=WEIGHT; SQS allows no = in the URL of a queue."""
    url, equals, weight = word.partition("=")
    return _url(url, source), _weight(url, weight, source) if equals else WEIGHT


def _url(url: Any, source: str) -> str:
    if not isinstance(url, str) or not url or re.search(r"[\s,=]", url):
        raise OperatorError(f"{source}: {url!r} is no URL of a queue")
    return url


def _weight(url: Any, weight: Any, source: str) -> int:
    text = str(weight)
    if not re.fullmatch("[0-9]{1,4}", text) or not 1 <= int(text) <= MAXIMUM:
        raise OperatorError(
            f"{source}: the weight {text!r} of the queue {url} is not a whole number"
            f" from 1 to {MAXIMUM}"
        )
    return int(text)


def _words(text: str) -> list[str]:
    return re.split(r"[\s,]+", text.strip(" \t\r\n,")) if text.strip(" \t\r\n,") else []
