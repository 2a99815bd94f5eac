"""The messages of a run: the same seed and number give the same ones."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

NAMESPACE, ELSEWHERE = NAMESPACES = ("chaos", "chaos-elsewhere")
ELSEWHERE_SHARE = 0.3
INVALID_SHARE = 0.05
FAILING_SHARE = 0.10
RETRYING_SHARE = 0.10  # with a backoffLimit of 1
UNTOLD_SHARE = 0.05  # without a webhook
TTL_SECONDS = 60  # the least that the contract allows
SHORT_RUN = (0.1, 5.0)  # seconds of most Jobs
LONG_RUN = (10.0, 25.0)  # of some: there is always something to delete while it runs
LONG_SHARE = 0.08
SECONDS_PER_WAVE = 6.0
LAST_WAVE = 0.9  # of the run
PREFIXES = ("c", "batch", "long-prefix-of-a-name")
ODD_IDS = ("{} with spaces", "{}/ünï", "{}{{{{ id }}}}", '{}"quoted"')


@dataclass(frozen=True)
class Message:
    """A message's body, whether the contract allows it, and when its two copies are sent."""

    body: str
    valid: bool
    told: bool  # it has an id and a webhook, so its caller hears its end
    moments: tuple[float, float]  # seconds after the first message


def make_messages(
    seed: int, count: int, seconds: float, callers: Sequence[str], elsewhere: float = 0.0
) -> list[Message]:
    """Return the messages of a seed, for these callers' URLs; a share is for another namespace."""
    chance = random.Random(f"letters {seed}")
    waves = max(4, round(seconds / SECONDS_PER_WAVE))
    starts = [seconds * LAST_WAVE * number / waves for number in range(waves)]
    written = []
    for number in range(count):
        namespace = ELSEWHERE if chance.random() < elsewhere else NAMESPACE
        plain_id, url = f"chaos-{seed}-{number}", chance.choice(callers)
        body, valid, told = _written(chance, plain_id, url, namespace)
        first = chance.choice(starts)
        written.append(Message(body, valid, told, (first, chance.uniform(first, seconds))))
    return written


def _written(
    chance: random.Random, plain_id: str, url: str, namespace: str
) -> tuple[str, bool, bool]:
    """Return one body, whether it is valid, and whether its caller can be told."""
    odd = chance.random() < 0.1
    message_id = chance.choice(ODD_IDS).format(plain_id) if odd else plain_id
    message = _message(chance, message_id, namespace)
    told = chance.random() >= UNTOLD_SHARE
    if told:
        message["webhook"] = {"url": url}
    if chance.random() >= INVALID_SHARE:
        return json.dumps(message, ensure_ascii=chance.random() < 0.5), True, told
    spoil = chance.choice(SPOILERS)
    spoil(message)
    body = json.dumps(message)
    if chance.random() < 0.2:
        return body[: len(body) // 2], False, False  # no JSON: nobody can be told
    return body, False, told


def _message(chance: random.Random, message_id: str, namespace: str) -> dict[str, Any]:
    fails = chance.random() < FAILING_SHARE
    seconds = round(chance.uniform(*(LONG_RUN if chance.random() < LONG_SHARE else SHORT_RUN)), 1)
    job: dict[str, Any] = {
        "prefixName": chance.choice(PREFIXES),
        "namespace": namespace,
        "image": "busybox",
        "ttlSecondsAfterFinished": TTL_SECONDS,
        "activeDeadlineSeconds": 3600,
        "env": [
            {"name": "FAKE_RUN_SECONDS", "value": f"{seconds}s"},
            {"name": "FAKE_EXIT_CODE", "value": "3" if fails else "0"},
        ],
    }
    if chance.random() < RETRYING_SHARE:
        job["backoffLimit"] = 1
    return {"id": message_id, "service": "chaos", "job": job}


def _spoil(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def spoil(message: dict[str, Any]) -> None:
        message["job"][name] = value

    return spoil


SPOILERS: tuple[Callable[[dict[str, Any]], None], ...] = (
    _spoil("ttlSecondsAfterFinished", TTL_SECONDS - 1),
    _spoil("backoffLimit", -1),
    _spoil("activeDeadlineSeconds", 0),
    _spoil("namespace", "Not A Name"),
    _spoil("image", None),
    _spoil("env", "none"),
)
