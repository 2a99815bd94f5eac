"""What endpoints answered to callbacks, as a run says it: for the log, and for the lanes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqs_k8s_jobs import log
from sqs_k8s_jobs.playbook import Run


def take_notice(done: Run, saw: Callable[[str, bool], None]) -> None:
    """Log each answer, and show which endpoints gave one in time, and which had no time for all.

    What was postponed is no answer, and is not logged; where others were the reason, it says
    nothing of its endpoint.
    """
    for event in done.of_kind("status"):
        if event["endpoint"]:
            saw(event["endpoint"], event["silent"])
        _log(event)
    for event in done.of_kind("postponed"):
        if event["endpoint"] and not event["crowded"]:
            saw(event["endpoint"], True)


def _log(event: dict[str, Any]) -> None:
    values = {name: event[name] for name in ("id", "job", "status", "attempt")}
    values.update(event["error_detail"] or {})
    if event["accepted"]:
        log.info("callback accepted", **values)
    else:
        log.warning("callback not accepted", **values, error=event["error"])
