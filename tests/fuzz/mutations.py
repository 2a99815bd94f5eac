"""Changing a seed: in the places and with the words that matter to what reads it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from fuzz.dictionary import GADGETS, HOSTS, HTTP, IMAGES, NAMES, TEXTS, VALUES, YAML
from fuzz.repair import mended

MOST_CHANGES = 3
NO_JSON = {"renderer": [*YAML, *TEXTS], "image": IMAGES, "answer": HTTP}  # words by target
ENDS = ("", "a", "a]", "a}", "a}}", "a}]", '"', "'", "]", "}")
BEGINNINGS = ("b", "[b", "{a: b", "[{a: b", "{a: {b: c", '"', "'", "|", "# ")
Scribble = Callable[[bytes], bytes]  # changes bytes without knowing what they are


def mutated(target: str, data: bytes, random: Random, scribble: Scribble) -> bytes:
    """Return a changed input of a target."""
    if target in NO_JSON:
        return _with_words(data, random, NO_JSON[target], scribble)
    if target == "reader" and random.random() < 0.3:
        return _with_words(data, random, [*TEXTS, '"id": "a", ', "NaN", "\\ud800"], scribble)
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return scribble(data)
    words = [*HOSTS, *TEXTS] if target == "destination" else TEXTS
    for _ in range(random.randint(1, MOST_CHANGES)):
        if target == "job":
            words = [*TEXTS, *(breakout(random) for _ in TEXTS)]
        value = _changed(value, random, words, scribble)
    if target == "job":
        value = mended(value)
    return json.dumps(value, ensure_ascii=random.random() < 0.5).encode("utf-8", "surrogatepass")


def breakout(random: Random) -> str:
    """Return a text that ends what a careless template put around it, and adds a field."""
    margin = "\n" + " " * random.randrange(0, 14, 2)
    gadget = random.choice(GADGETS)
    fields = [f"{margin}{name}: {json.dumps(value)}" for name, value in gadget.items()]
    rest = random.choice(["", *(f"{margin}x: {one}" for one in BEGINNINGS)])
    return random.choice(ENDS) + "".join(fields) + rest


def _with_words(data: bytes, random: Random, words: list[str], scribble: Scribble) -> bytes:
    if random.random() < 0.5:
        return scribble(data)
    start = random.randint(0, len(data))
    word = random.choice(words).encode("utf-8", "surrogatepass")
    return data[:start] + word + data[random.choice([start, min(len(data), start + 8)]) :]


def _changed(value: Any, random: Random, words: list[Any], scribble: Scribble) -> Any:
    places = list(_places([value], 0))
    owner, key = random.choice(places)
    old = owner[key]
    new: Any
    if isinstance(old, str) and random.random() < 0.6:
        new = _text(old, random, words, scribble)
    elif isinstance(old, dict) and random.random() < 0.8:
        new = _object(old, random, words)
    elif isinstance(old, list) and random.random() < 0.8:
        new = [*old, _copy(random.choice([*words, *VALUES, *old]))]
    else:
        new = _copy(random.choice([*words, *VALUES, *(one[at] for one, at in places)]))
    owner[key] = new
    return places[0][0][0]


def _object(old: dict[str, Any], random: Random, words: list[Any]) -> dict[str, Any]:
    """Return an object with a field less, a field more, or something that is refused in it."""
    kind = random.random()
    if old and kind < 0.15:
        gone = random.choice(list(old))
        return {name: value for name, value in old.items() if name != gone}
    if kind < 0.5:
        return {**old, random.choice([*NAMES, *TEXTS]): _copy(random.choice([*words, *VALUES]))}
    return _merged(old, _copy(random.choice(GADGETS)))


def _merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    merged = {**old, **new}
    for name in old.keys() & new.keys():
        if isinstance(old[name], dict) and isinstance(new[name], dict):
            merged[name] = _merged(old[name], new[name])
    return merged


def _text(old: str, random: Random, words: list[Any], scribble: Scribble) -> str:
    kind = random.random()
    if kind < 0.4:
        return str(random.choice(words))
    if kind < 0.7:
        start = random.randint(0, len(old))
        return f"{old[:start]}{random.choice(words)}{old[start:]}"
    return scribble(old.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")


def _places(owner: Any, depth: int) -> Iterator[tuple[Any, Any]]:
    """Return every place of a value in what holds it."""
    keys = owner.keys() if isinstance(owner, dict) else range(len(owner))
    for key in keys:
        yield owner, key
        if isinstance(owner[key], dict | list) and depth < 40:
            yield from _places(owner[key], depth + 1)


def _copy(value: Any) -> Any:
    return json.loads(json.dumps(value))
