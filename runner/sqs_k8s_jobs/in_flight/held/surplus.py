"""The surplus: messages beyond the room for those that are held."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqs_k8s_jobs.in_flight.batches import length_of
from sqs_k8s_jobs.queue.messages import Message


def surplus(lines: Sequence[Collection[Message]], count: int, length: int) -> list[Message]:
    """Return the last messages of the lines of which the most wait, and the longest.

    As many as there are beyond this count, or this length. What cannot wait in its queue either is
    left.
    """
    most = level([len(one) for one in lines], count)
    longest = level([length_of(one) for one in lines], length)
    return [one for line in lines for one in _beyond(line, most, longest)]


def level(sizes: Sequence[int], limit: int) -> int:
    """Return the size to which all larger ones are cut, for their sum to be within a limit."""
    left, found = limit, max(sizes, default=0)
    if sum(sizes) <= limit:
        return found
    for number, size in enumerate(sorted(sizes)):
        share = left // (len(sizes) - number)
        if size > share:
            return share
        left -= size
    return found


def _beyond(waiting: Collection[Message], count: int, length: int) -> list[Message]:
    """Return what can wait elsewhere of the messages beyond a share: the last, and the longest.

    Of those of about the same length it is the last ones.
    """
    beyond = {place for place, one in enumerate(waiting) if place >= count and one.can_wait}
    left = [(one.length, place) for place, one in enumerate(waiting) if place not in beyond]
    excess = sum(size for size, _ in left) - length
    can_wait = [one.can_wait for one in waiting]
    # Of about the same length are those of up to twice as much: a little longer than others would
    # be enough to stay otherwise.
    for size, place in sorted(left, key=lambda one: (one[0].bit_length(), one[1]), reverse=True):
        if excess > 0 and can_wait[place]:
            beyond.add(place)
            excess -= size
    return [one for place, one in enumerate(waiting) if place in beyond]
