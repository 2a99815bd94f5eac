# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Events of messages: data for the runner, lines for people.

C(read)       a message was read
C(line)       a line for a person, and for nobody else
C(sources)    which template and golden cases are used
C(status)     a callback was accepted, or was not
C(postponed)  a callback is left to the next report, without an attempt that counts
C(expired)    a callback was given up, and is kept until it is replayed
C(dropped)    callbacks that were kept for a message were removed, and nobody has replayed them
C(outcome)    what became of a message: created, exists, rejected, retry or postponed
C(unwritten)  a Job or record could not be written, for an operator to set right
C(failure)    a task failed
C(unprocessed)  the play ended before it said what became of a message

The roles leave the first nine in facts that are shown. What else a task returns is hidden:
it may hold a message's environment, a token in a URL or a secret.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Optional

from ..common.json_text import decode
from ..common.printable import shown
from ..common.statuses import TITLES
from ..objects import state
from ..report import writes
from ..report.retries import GONE
from ..webhooks.destinations.servers import endpoint_of

READ = "read"
LINE = "line"
SOURCES = "sources"
FACTS = ("submit_events", "report_events")
_GONE = "it is gone: {0}"
_KEPT_FOR_LONG = "what was given up was kept for as long as report_expired_for allows"
_TRIED_FOR_LONG = "it was not accepted for as long as report_retry_max_age allows: {0}"
COLOURS = {
    "expired": "red",
    "dropped": "red",
    "failure": "red",
    "unwritten": "red",
    "unprocessed": "red",
    "status": "green",
}


def events(value: Any, kind: str) -> list[dict[str, Any]]:
    """Return the events of a value of a kind, of which each has a function here.

    Raises ValueError for another kind.
    """
    if kind not in _EVENTS_OF:
        words = "events: the kind is {0!r}, and not one of {1}"
        raise ValueError(words.format(kind, ", ".join(sorted(_EVENTS_OF))))
    return _EVENTS_OF[kind](value)


def of_read(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the events of messages that were read."""
    return [{"event": READ, "key": entry["key"], "id": _id(entry)} for entry in entries]


def of_outcomes(settled: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the events of what became of messages."""
    return [_outcome(one) for one in settled]


def of_answers(attempts: list[Any]) -> list[dict[str, Any]]:
    """Return the events of attempts, or texts of them; none for those whose turn has not come."""
    going = [result for result in map(decode, attempts) if not result.get("held_back")]
    return [_postponed(one) if one.get("postponed") else _status(one) for one in going]


def of_expired(expired: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the events of callbacks that have expired."""
    return [_expired(one) for one in expired]


def of_dropped(deleted: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the events of deleted records and their callbacks.

    C(deleted) has C(definitions), the records, and C(result), what C(kubernetes.core.k8s) returned.
    """
    failed = {one["uid"] for one in writes.faults([deleted])}
    records = deleted["definitions"]
    return [_dropped(one) for one in records if one["metadata"]["uid"] not in failed]


def of_unwritten(written: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the events of failed writes that an operator has to set right.

    C(written) has C(writes), as C(writes.faults) takes them, and C(objects), of which they were:
    Jobs, records and Pods, or attempts.
    """
    faults = writes.faults(written["writes"])
    return writes.events(faults, written["objects"]) if faults else []


def of_lines(lines: list[str]) -> list[dict[str, Any]]:
    """Return the events of lines for a person, such as a table's or a log's."""
    return [{"event": LINE, "text": text} for text in lines]


def of_sources(paths: list[str]) -> list[dict[str, Any]]:
    """Return the event of the paths of a template and of golden cases, if there are any."""
    template, golden = paths
    return [{"event": SOURCES, "template": template, "golden": golden or None}]


def of_result(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the events in a task's result."""
    facts = data.get("ansible_facts") or {}
    return [event for name in FACTS for event in facts.get(name) or []]


def failure(task: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return the event of a task that failed."""
    words = data.get("msg") or data.get("module_stderr") or data.get("exception") or "no reason"
    return {"event": "failure", "task": task, "error": str(words).strip()}


def unprocessed(entry: dict[str, Any], reason: Optional[str]) -> dict[str, Any]:
    """Return the event of a message without an outcome in the play."""
    return {
        "event": "unprocessed",
        "key": entry["key"],
        "id": entry["id"],
        "error": reason or "the play ended before this message was processed",
    }


def line(event: dict[str, Any]) -> str:
    """Return an event as one line for a person, with escapes for invisible characters."""
    return shown(_words(event))


def _words(event: dict[str, Any]) -> str:
    kind = event["event"]
    if kind == LINE:
        return str(event["text"])
    if kind == SOURCES:
        cases = "; golden cases: {golden}" if event["golden"] else ""
        return ("template: {template}" + cases).format(**event)
    names = ("job", "id", "key", "id_label")
    subject = next((event[name] for name in names if event.get(name)), "play")
    return "{0}: {1}".format(subject, _words_of.get(kind, _of_unprocessed)(event))


def _of_status(event: dict[str, Any]) -> str:
    words = "{0} {1}".format(event["status"], TITLES.get(event["status"], ""))
    if not event["accepted"]:
        words += " - attempt failed: {0}".format(event["error"])
    if event["error_detail"]:
        words += " - {errorCode} {message}".format(**event["error_detail"])
    return words


def _of_postponed(event: dict[str, Any]) -> str:
    title = TITLES.get(event["status"], "")
    return "{0} {1} - postponed: {2}".format(event["status"], title, event["error"])


def _of_expired(event: dict[str, Any]) -> str:
    words = "{0} {1} - expired: {2}; playbooks/replay.yml sends it"
    return words.format(event["status"], TITLES.get(event["status"], ""), event["error"])


def _of_dropped(event: dict[str, Any]) -> str:
    return "expired callbacks removed: {error}".format(**event)


def _of_outcome(event: dict[str, Any]) -> str:
    said = [event["outcome"], event["error"], *event["warnings"]]
    return " - ".join(str(one) for one in said if one)


def _of_unwritten(event: dict[str, Any]) -> str:
    return "{kind} in {namespace} not written: {error}".format(**event)


def _of_failure(event: dict[str, Any]) -> str:
    return "task '{task}' failed: {error}".format(**event)


def _of_unprocessed(event: dict[str, Any]) -> str:
    return "not processed: {error}".format(**event)


_words_of = {
    "status": _of_status,
    "postponed": _of_postponed,
    "expired": _of_expired,
    "dropped": _of_dropped,
    "outcome": _of_outcome,
    "unwritten": _of_unwritten,
    "failure": _of_failure,
}


def _status(result: dict[str, Any]) -> dict[str, Any]:
    return {
        "event": "status",
        "id": _id(result),
        "id_label": result.get("id_label"),
        "record": result.get("record"),
        "job": result.get("job"),
        "status": result["status"],
        "attempt": _attempt(result),
        "accepted": result["accepted"],
        "endpoint": endpoint_of(result.get("url")),
        # Whether an answer came over HTTP, whether it or the lack of one took long, and from where.
        "answered": result.get("code") is not None,
        "late": bool(result.get("silent") or result.get("slow")),
        "server": result.get("server"),
        "error": result.get("error"),
        "error_detail": _error_detail(result),
    }


def _postponed(result: dict[str, Any]) -> dict[str, Any]:
    return {
        "event": "postponed",
        "id": _id(result),
        "id_label": result.get("id_label"),
        "record": result.get("record"),
        "job": result.get("job"),
        "status": result["status"],
        "endpoint": endpoint_of(result.get("url")),
        "silent": result.get("silent", False),
        "crowded": result.get("crowded", False),
        "error": result.get("error"),
    }


def _expired(result: dict[str, Any]) -> dict[str, Any]:
    is_gone = result.get("code") == GONE
    words = _GONE if is_gone else _TRIED_FOR_LONG
    return {
        "event": "expired",
        "id": _id(result),
        "id_label": result["id_label"],
        "record": result.get("record"),
        "job": result.get("job"),
        "status": result["status"],
        "endpoint": endpoint_of(result.get("url")),
        "error": words.format(result["error"]),
    }


def _dropped(record: dict[str, Any]) -> dict[str, Any]:
    message_id, digest = state.message_id(record), state.id_label(record)
    return {
        "event": "dropped",
        "id": _id({"id": message_id}),
        "id_label": digest,
        "record": state.rejection(record),
        "error": _KEPT_FOR_LONG,
    }


def _id(of: dict[str, Any]) -> Optional[str]:
    """Return an id as it is shown: with a higher verbosity, Ansible prints the facts of events."""
    return None if of["id"] is None else shown(of["id"])


def _attempt(result: dict[str, Any]) -> int:
    """Return the number of this attempt at the status; an inline attempt has no number."""
    before = result.get("retry") or {}
    return int(before.get("tries", 0)) + 1 if before.get("status") == result["status"] else 1


def _error_detail(result: dict[str, Any]) -> Optional[dict[str, str]]:
    return (json.loads(result["body"]).get("detail") or {}).get("error")


def _outcome(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "event": "outcome",
        "key": one["key"],
        "id": _id(one),
        "id_label": one["id_label"],
        "record": one.get("record"),
        "job": one["name"],
        "namespace": one["namespace"],
        "outcome": one["outcome"],
        "fault": one["fault"],
        "attempted": one["attempted"],
        "invented": one["invented"],
        # True if a rejected message's caller has heard 99; without a webhook there is no caller.
        "delivered": not one["webhook"] if one["delivered"] is None else one["delivered"],
        "error": one["error"]["message"] if one["error"] else one["reason"] or None,
        "error_code": one["error"]["errorCode"] if one["error"] else None,
        "warnings": one["warnings"],
    }


_EVENTS_OF: dict[str, Callable[..., list[dict[str, Any]]]] = {
    "answers": of_answers,
    "dropped": of_dropped,
    "expired": of_expired,
    "lines": of_lines,
    "outcomes": of_outcomes,
    "read": of_read,
    "sources": of_sources,
    "unwritten": of_unwritten,
}
