"""The clock: what an input costs when a part of it grows, against how large it is then."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from kit.processor import seconds

SMALL, LARGE = 24 * 1024, 192 * 1024  # bytes of what has grown
MOST = 3.0  # times what growth in step with the size would cost
LEAST_SECONDS = 0.05  # of processor time: below that a clock tells nothing
TIMES = 3  # that a suspicion is measured anew
MOST_DEPTH = 30

Read = Callable[[str], object]


def check(read: Read, text: str, random: Random) -> None:
    """Grow a place of an input; fail where its cost grows faster than its size, and with it."""
    small, large = grown(text, random, SMALL), grown(text, random, LARGE)
    if not small or not large:
        return
    allowed = MOST * len(large) / len(small)
    for _ in range(TIMES):
        cost, base = seconds(read, large), seconds(read, small)
        if cost < max(LEAST_SECONDS, allowed * base):
            return
    raise AssertionError(f"{len(small)} bytes cost {base:.3f} s, and {len(large)} cost {cost:.3f}")


def grown(text: str, random: Random, size: int) -> str:
    """Return an input of which one place has become so large; the same one whatever the size."""
    state = random.getstate()
    try:
        return _grown_value(json.loads(text), random, size)
    except (ValueError, RecursionError):
        return _grown_text(text, random, size)
    finally:
        random.setstate(state)


def _grown_value(value: Any, random: Random, size: int) -> str:
    top = [value]
    owner, key = random.choice(list(_places(top, 0)))
    found = owner[key]
    kind = random.random()
    if isinstance(found, dict) and found:
        owner[key] = _grown_object(found, random, size)
    elif isinstance(found, list) and found:
        owner[key] = found * _times(found, size)
    elif isinstance(found, str) and kind < 0.6:
        owner[key] = (found or "a") * _times(found or "a", size)
    else:
        owner[key] = [found] * _times(found, size)
    return json.dumps(top[0], ensure_ascii=kind < 0.5)


def _grown_object(found: dict[str, Any], random: Random, size: int) -> dict[str, Any]:
    """Return an object with very many keys, or with a very long one."""
    name = random.choice(list(found))
    times = _times({name: found[name]}, size)
    if random.random() < 0.5:
        return {**found, **{f"{name}{number}": found[name] for number in range(times)}}
    return {**found, (name or "a") * times: found[name]}


def _grown_text(text: str, random: Random, size: int) -> str:
    """Return a text of which a piece is there again and again."""
    if not text:
        return ""
    start = random.randrange(len(text))
    piece = text[start : start + random.randint(1, 12)]
    return text[:start] + piece * (size // len(piece)) + text[start:]


def _times(unit: Any, size: int) -> int:
    return max(1, size // len(json.dumps(unit)))


def _places(owner: Any, depth: int) -> Iterator[tuple[Any, Any]]:
    keys = owner.keys() if isinstance(owner, dict) else range(len(owner))
    for key in keys:
        yield owner, key
        if isinstance(owner[key], dict | list) and depth < MOST_DEPTH:
            yield from _places(owner[key], depth + 1)
