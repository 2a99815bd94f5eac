# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Names that another object has: its message gets a longer one, or hears whose that is."""

from __future__ import annotations

from typing import Any, Optional

from . import create_result, error_codes, state
from .naming import LONG_NAME_DIGITS

Entry = dict[str, Any]
Outcome = dict[str, Any]


def taken(settled: list[Outcome]) -> list[Outcome]:
    """Return the outcomes whose name turned out to be another object's."""
    return [one for one in settled if one["outcome"] == create_result.TAKEN]


def rename(
    entries: list[Entry], settled: list[Outcome], holders: list[list[dict[str, Any]]]
) -> list[Entry]:
    """Return the messages whose name was taken, made ready for a second try.

    Beside another id's Job a message gets a longer name; an object that is not ours is
    left alone, and the message is refused. C(holders) are what was found by each name.
    """
    holder_of = {
        (job["metadata"]["namespace"], job["metadata"]["name"]): job
        for found in holders
        for job in found
    }
    name_of = {one["key"]: (one["namespace"], one["name"]) for one in taken(settled)}
    return [
        {**entry, **_beside(holder_of.get(name_of[entry["key"]]), name_of[entry["key"]])}
        for entry in entries
        if entry["key"] in name_of
    ]


def _beside(holder: Optional[dict[str, Any]], name: tuple[str, str]) -> dict[str, Any]:
    if holder is None:
        return {}
    if not state.is_ours(holder):
        words = "a Job {0}/{1} is there that this service did not make".format(*name)
        return {"error": error_codes.error(error_codes.NAME_TAKEN, words)}
    return {"name_digits": LONG_NAME_DIGITS}
