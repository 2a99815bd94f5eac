# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Messages of namespaces that take no Jobs for now, and those that come no more."""

from __future__ import annotations

import base64

from ..cluster import create_result
from ..common import error_codes
from ..common.json_text import decode
from ..message.entry import Entry
from .outcome import Outcome


def to_try(entries: list[Entry], waiting: dict[str, str], probes: list[str]) -> list[Entry]:
    """Return the messages but for those of namespaces that take no Jobs for now.

    Those with the keys in C(probes) try it all the same.
    """
    if not waiting:
        return entries
    return [
        entry for entry in entries if entry["key"] in probes or _namespace(entry) not in waiting
    ]


def give_up(settled: list[Outcome], keys: list[str]) -> list[Outcome]:
    """Return every outcome; retries among these keys become rejections.

    Their queue would not give them again, and nobody would hear of them.
    """
    return [
        {**one, "outcome": create_result.REJECTED, "error": _last_try(one), "fault": False}
        if one["key"] in keys and one["outcome"] == create_result.RETRY
        else one
        for one in settled
    ]


def not_attempted(entry: Entry, waiting: dict[str, str]) -> Outcome:
    """Return what became of a message that was not tried, for the reason of its namespace."""
    namespace = _namespace(entry)
    reason = base64.b64decode(waiting.get(namespace, "")).decode("utf-8", "replace")
    reason = reason or "not attempted"
    became: Outcome = {"namespace": namespace, "outcome": create_result.RETRY, "reason": reason}
    return {**became, "attempted": False}


def _namespace(entry: Entry) -> str:
    return str(decode(entry["message"])["job"]["namespace"])


def _last_try(one: Outcome) -> dict[str, str]:
    # What it was not tried for is another message's reason, and may quote that message's values.
    reason = one["reason"] if one["attempted"] else "its namespace takes no Jobs"
    words = "given up, as its queue gives it no more: {0}".format(reason)
    return error_codes.error(error_codes.GIVEN_UP, words)
