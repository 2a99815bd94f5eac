# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Jobs in flight, as a table for a person: state, age, and pending callbacks."""

from __future__ import annotations

from typing import Any

from ..common.printable import printable
from ..objects import job_status, state
from ..report import receipts
from ..report.callbacks import by_owner
from ..report.due import due
from ..report.exceptional import terminations

HEAD = ("id", "job", "state", "age", "not accepted yet")
WIDTH = 60  # of a column, at most
UNITS = ((86400, "d"), (3600, "h"), (60, "m"))


def job_table(
    jobs: list[dict[str, Any]], pods: list[dict[str, Any]], now: float
) -> dict[str, list[str]]:
    """Return what a person is to know of Jobs, at C(now) in seconds since 1970.

    C(lines) are a table of those whose callbacks are not delivered. C(failures) say why Jobs did
    not complete, and C(undelivered) why a caller has not heard everything, a text for each Job.
    """
    unheard = map(receipts.undelivered_reason, jobs)
    return {
        "lines": table(jobs, pods, now),
        "failures": [terminations.failure(job) for job in jobs if terminations.is_failed(job)],
        "undelivered": [text for text in unheard if text],
    }


def table(jobs: list[dict[str, Any]], pods: list[dict[str, Any]], now: float) -> list[str]:
    """Return the lines of a table of the Jobs whose terminal callback is not delivered."""
    pods_of = by_owner(pods)
    own = [job for job in jobs if state.is_managed(job) and not state.callbacks_complete(job)]
    own.sort(key=lambda job: job["metadata"]["creationTimestamp"])
    rows = [_row(job, pods_of.get(job["metadata"]["uid"], []), float(now)) for job in own]
    return _lines([HEAD, *rows]) if rows else ["no Job is in flight"]


def words(job: dict[str, Any]) -> str:
    """Say in a word or two what state a Job is in."""
    error = state.error(job)
    condition = job_status.terminal_condition(job)
    if error:
        return "ended: {0}".format(error["errorCode"])
    if condition:
        return str(condition["type"]).lower()
    if job_status.is_being_deleted(job):
        return "being deleted"
    if (job.get("spec") or {}).get("suspend"):
        return "suspended"
    return "running" if (job.get("status") or {}).get("ready") else "starting"


def age(seconds: float) -> str:
    """Return seconds in the largest unit that they fill."""
    for size, unit in UNITS:
        if seconds >= size:
            return "{0:.0f}{1}".format(seconds // size, unit)
    return "{0:.0f}s".format(max(0.0, seconds))


def _row(job: dict[str, Any], pods: list[dict[str, Any]], now: float) -> tuple[str, ...]:
    metadata = job["metadata"]
    return (
        state.message_id(job) or "",
        "{0}/{1}".format(metadata["namespace"], metadata["name"]),
        words(job),
        age(now - state.parse_time(metadata["creationTimestamp"])),
        _undelivered(job, pods, now),
    )


def _undelivered(job: dict[str, Any], pods: list[dict[str, Any]], now: float) -> str:
    keys = list(due(job, pods)) if state.webhook(job) else []
    tries = state.retry(job)
    if not keys or not tries:
        return " ".join(keys)
    words = "{0}: tried {1} times in {2}, {3}"
    since = age(now - float(tries.get("since", now)))
    return words.format(" ".join(keys), tries.get("tries", 1), since, tries.get("error"))


def _lines(rows: list[tuple[str, ...]]) -> list[str]:
    short = [[_short(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*short)]  # noqa: B905 - all are as long
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in short]


def _short(text: str) -> str:
    return printable(text, WIDTH)
