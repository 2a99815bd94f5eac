"""The events of a run, as the collection's callback plugin writes them into the events file.

Their makers are in plugins/module_utils/observability/events.py.
"""

from __future__ import annotations

from typing import Any, TypedDict

Event = dict[str, Any]  # of any kind: its name is in C(event)


class Outcome(TypedDict):
    """The outcome of a message."""

    key: str  # of the message in its batch
    id: str | None
    id_label: str
    record: str | None  # the digest of the record that answers it, where it is rejected
    job: str | None
    namespace: str | None
    outcome: str  # created, exists, rejected, retry or postponed
    fault: bool  # whether an operator has to set the error right
    attempted: bool  # whether its own Job was sent to the API server
    invented: bool  # whether its namespace may be none: a pattern allows it, the cluster does not
    delivered: bool  # whether a rejected message's caller has heard 99
    error: str | None
    error_code: str | None
    warnings: list[str]


# The outcome of a message of which nothing is known but SQS's data.
NO_OUTCOME: Outcome = {
    "key": "",
    "id": None,
    "id_label": "",
    "record": None,
    "job": None,
    "namespace": None,
    "outcome": "retry",
    "fault": False,
    "attempted": True,
    "invented": False,
    "delivered": False,
    "error": None,
    "error_code": None,
    "warnings": [],
}


class Unprocessed(TypedDict):
    """A message without an outcome, as the play ended before."""

    key: str
    id: str | None
    error: str


class CallbackEvent(TypedDict):
    """An event of a callback."""

    id: str | None
    id_label: str
    record: str | None  # the digest of the record whose callback it is, if it is not a Job's
    job: str | None
    status: int
    endpoint: str
    error: str | None


class Attempted(CallbackEvent):
    """An attempt."""

    attempt: int
    accepted: bool
    answered: bool  # whether an answer came over HTTP
    late: bool  # whether the answer, or the lack of one, took long
    server: str | None  # where it came from
    error_detail: dict[str, str] | None  # errorCode and message, of a callback of a failure


class Postponed(CallbackEvent):
    """A callback for which a report had no time."""

    silent: bool  # whether its endpoint or its URL does not answer
    crowded: bool  # whether the reason is none of its endpoint's


class Dropped(TypedDict):
    """A record of expired callbacks that was deleted."""

    id: str | None
    id_label: str
    record: str | None
    error: str


class Unwritten(TypedDict):
    """An object that could not be written."""

    id_label: str
    record: str | None
    kind: str
    namespace: str
    job: str | None
    error: str


class Failure(TypedDict):
    """A task that failed."""

    task: str
    error: str


class Line(TypedDict):
    """A line for a person."""

    text: str


class Sources(TypedDict):
    """The files of the template and of the golden cases; empty where there are none."""

    template: str
    golden: str
