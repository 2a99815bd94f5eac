"""The limits of a call to SQS: ten entries, and their size together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")

BATCH = 10  # SQS's own limit of a call
BATCH_BYTES = 1024 * 1024  # of a message with its attributes, and of all of a call's together


def size_of(text: str) -> int:
    """Return how many bytes SQS counts for a text."""
    return len(text.encode("utf-8", "surrogatepass"))


def chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Cut items into batches of ten."""
    iterator = iter(items)
    while ten := list(islice(iterator, BATCH)):
        yield ten


def fitting(items: Iterable[Item], size_of: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Cut what is to be sent into batches of ten at most that are not too large, in bytes.

    An item that is too large by itself is alone in its batch.
    """
    some: list[Item] = []
    size = 0
    for one in items:
        length = size_of(one)
        if some and (len(some) == BATCH or size + length > BATCH_BYTES):
            yield some
            some, size = [], 0
        some.append(one)
        size += length
    if some:
        yield some
