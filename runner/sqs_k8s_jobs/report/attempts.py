"""Attempts at callbacks, from a run's events: for the log, and for the lanes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqs_k8s_jobs.observability import log
from sqs_k8s_jobs.playbooks.playbook_run import RunResult

MessageIds = Callable[[str], Sequence[str]]  # SQS's own, of the messages that a record answers
Saw = Callable[[str, bool, str | None], None]  # an endpoint; whether it was late; its server
REPLAY = "playbooks/replay.yml sends it"


def no_ids(_record: str) -> Sequence[str]:
    """Return no ids: of no message is it known which record answers it."""
    return ()


def digest(event: dict[str, Any]) -> str:
    """Return the digest by which an event's subject is reported: a record's own, or the id's."""
    return str(event["record"] or event["id_label"])


def log_attempts(done: RunResult, saw: Saw, message_ids: MessageIds = no_ids) -> None:
    """Log each attempt, and record which endpoints answered soon, and which need more time.

    One that neither answers nor takes long, such as a destination that may not be called, says
    nothing of its endpoint. What was postponed is no answer, and is not logged; where others were
    the reason, it says nothing of its endpoint. What is given up is logged, and what is kept no
    more.
    """
    for event in done.of_kind("status"):
        if event["endpoint"] and (event["answered"] or event["late"]):
            saw(event["endpoint"], event["late"], event["server"])
        _log(event, message_ids)
    for event in done.of_kind("postponed"):
        if event["endpoint"] and not event["crowded"]:
            saw(event["endpoint"], True, None)
    for event in done.of_kind("expired"):
        names = ("id", "job", "status", "endpoint", "error")
        log.warning("callback expired", **{name: event[name] for name in names}, kept=REPLAY)
    for event in done.of_kind("dropped"):
        values = {name: event[name] for name in ("id", "id_label", "error")}
        log.warning("expired callbacks removed", **values)


def _log(event: dict[str, Any], message_ids: MessageIds) -> None:
    values = {name: event[name] for name in ("id", "job", "status", "attempt")}
    if event["id"] is None:  # nothing else joins it to its message
        record = digest(event)
        values.update(record=record, message_id=", ".join(message_ids(record)) or None)
    values.update(event["error_detail"] or {})
    if event["accepted"]:
        log.info("callback accepted", **values)
    else:
        log.warning("callback attempt failed", **values, error=event["error"])
