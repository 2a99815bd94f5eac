"""Hostile messages that need another one: with its id, or an id made to collide with its."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from ansible_collections.sqs_k8s.jobs.plugins.module_utils.message.naming import (
    NAME_DIGITS,
    id_sha256,
)

from data.hostile.case import INVALID, RUNS

IN_USE = "A118"
IS_THERE = "exists"  # its Job is the first one's, and nobody hears of this message
OWN = {"webhook.url": "http://stranger.example/"}
NOBODY_ELSES = "the id is in use"
AGAIN = "sent before with another body"


@dataclass(frozen=True)
class Pair:
    """A row: what two messages of one id say beside a valid one, and what becomes of each."""

    name: str
    first: dict[str, Any]
    second: dict[str, Any]
    became: tuple[str, str]
    words: str = ""  # a part of what the second one's sender, or the operator, is told
    other_id: bool = False  # the second one's id is another, of the same short name


PAIRS = [
    Pair("another's id, rejected first", {**OWN, "job.backoffLimit": -1}, {}, (INVALID, RUNS)),
    Pair("another's id, expected", OWN, {}, (RUNS, IN_USE), NOBODY_ELSES),
    Pair("another's id", {}, {**OWN, "job.args": ["other"]}, (RUNS, IN_USE), NOBODY_ELSES),
    Pair("another's message, sent on", {}, OWN, (RUNS, IN_USE), NOBODY_ELSES),
    Pair("another's id without a webhook", OWN, {"webhook": {}}, (RUNS, IS_THERE), AGAIN),
    Pair("another's id and an invalid job", {}, {**OWN, "job.backoffLimit": -1}, (RUNS, IN_USE)),
    Pair("another's id in another service", {}, {**OWN, "service": "x"}, (RUNS, IN_USE)),
    Pair("one's own id for another body", {}, {"job.args": ["other"]}, (RUNS, IS_THERE), AGAIN),
    Pair("an id of the same short name", {}, OWN, (RUNS, RUNS), other_id=True),
]


def colliding(message_id: str) -> tuple[str, str]:
    """Return two ids, made of one, whose Jobs have the same short name."""
    seen: dict[str, str] = {}
    for number in count():
        made = f"{message_id} {number}"
        digits = id_sha256(made)[:NAME_DIGITS]
        if digits in seen and not digits.isdecimal():
            return seen[digits], made
        seen[digits] = made
    raise AssertionError
