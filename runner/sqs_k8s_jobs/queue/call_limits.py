"""The limits of a call to SQS: ten entries, and their size together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")

CALL_ENTRIES = 10  # SQS's own limit of a call
CALL_BYTES = 1024 * 1024  # of a message with its attributes, and of all of a call's together


def size_of(text: str) -> int:
    """Return how many bytes SQS counts for a text."""
    return len(text.encode("utf-8", "surrogatepass"))


def chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Cut items into chunks of ten."""
    iterator = iter(items)
    while ten := list(islice(iterator, CALL_ENTRIES)):
        yield ten


def chunks_by_size(items: Iterable[Item], size_of: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Cut what is to be sent into chunks of ten at most that are not too large, in bytes.

    An item that is too large by itself is alone in its chunk.
    """
    some: list[Item] = []
    size = 0
    for one in items:
        length = size_of(one)
        if some and (len(some) == CALL_ENTRIES or size + length > CALL_BYTES):
            yield some
            some, size = [], 0
        some.append(one)
        size += length
    if some:
        yield some
