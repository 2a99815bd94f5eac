"""Attempts at callbacks, from a run's events: for the log, and for the lanes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqs_k8s_jobs.observability import log
from sqs_k8s_jobs.playbooks.events import Attempted, CallbackEvent, Unwritten
from sqs_k8s_jobs.playbooks.playbook_run import RunResult

MessageIds = Callable[[str], Sequence[str]]  # SQS's own, of the messages that a record answers
Saw = Callable[[str, bool, str | None], None]  # an endpoint; if it was late; where it accepted
REPLAY = "playbooks/replay.yml sends it"


def no_ids(_record: str) -> Sequence[str]:
    """Return no ids: of no message is it known which record answers it."""
    return ()


def digest(event: CallbackEvent | Unwritten) -> str:
    """Return the digest by which an event's subject is reported: a record's own, or the id's."""
    return str(event["record"] or event["id_label"])


def log_attempts(done: RunResult, saw: Saw, message_ids: MessageIds = no_ids) -> None:
    """Log each attempt, and record which endpoints answered soon, and which need more time.

    What was postponed is no answer, and is not logged. What is given up is logged, and what is kept
    no more.
    """
    for endpoint, (is_late, server) in _endpoints(done).items():
        saw(endpoint, is_late, server)
    for attempt in done.of_kind("status"):
        _log(attempt, message_ids)
    for expired in done.of_kind("expired"):
        shown = {name: expired[name] for name in ("id", "job", "status", "endpoint", "error")}
        log.warning("callback expired", **shown, kept=REPLAY)
    for dropped in done.of_kind("dropped"):
        values = {name: dropped[name] for name in ("id", "id_label", "error")}
        log.warning("expired callbacks removed", **values)


def _endpoints(done: RunResult) -> dict[str, tuple[bool, str | None]]:
    """Return of each endpoint whether it was late, and the server at which it accepted callbacks.

    It is not late where one of its URLs answered soon, as others are other callers' matter, unless
    there is more for it than it has time for. An attempt that neither had an answer nor took long,
    as where it may not be called, says nothing of it, nor does what others are the reason of.
    """
    tried = done.of_kind("status")
    postponed = [one for one in done.of_kind("postponed") if not one["crowded"]]
    late = [one for one in tried if one["late"]] + [one for one in postponed if one["silent"]]
    prompt = [one for one in tried if one["answered"] and not one["late"]]
    found: dict[str, tuple[bool, str | None]] = {one["endpoint"]: (True, None) for one in late}
    for one in sorted(prompt, key=lambda one: bool(one["accepted"])):
        name = one["endpoint"]
        found[name] = (False, (one["server"] or name) if one["accepted"] else None)
    found.update({one["endpoint"]: (True, None) for one in postponed if not one["silent"]})
    found.pop("", None)
    return found


def _log(event: Attempted, message_ids: MessageIds) -> None:
    values = {name: event[name] for name in ("id", "job", "status", "attempt")}
    if event["id"] is None:  # nothing else joins it to its message
        record = digest(event)
        values.update(record=record, message_id=", ".join(message_ids(record)) or None)
    values.update(event["error_detail"] or {})
    if event["accepted"]:
        log.info("callback accepted", **values)
    else:
        log.warning("callback attempt failed", **values, error=event["error"])
