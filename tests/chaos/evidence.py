"""The evidence: what was sent, heard, created, deleted by hand and left, read from files alone.

Nothing here is shared with the product or with what sends: it reads JSON and compares texts.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from .records import Disturbance, Hold, Receipt, custody, disturbances, lines, receipts

AUDIT_EVENT = '{"kind":"Event"'
NAME_DIGITS = 8


@dataclass(frozen=True)
class Message:
    """A message that was sent, once or more often."""

    body: str
    valid: bool
    id: str | None
    webhook: str | None
    prefix: str = ""
    fails: bool = False
    is_tried_again: bool = False  # its Job makes another pod where one fails
    namespace: str = ""
    sent: float = 0.0  # for the first time

    @cached_property
    def digest(self) -> str:
        """The sha256 of its id."""
        return hashlib.sha256((self.id or "").encode()).hexdigest()

    def names(self, job: str) -> bool:
        """Tell whether a Job's name is this message's; conflicts of names add digits."""
        head, _, digits = job.rpartition("-")
        longer = len(digits) >= NAME_DIGITS and self.digest.startswith(digits)
        return head == self.prefix and longer

    def __str__(self) -> str:
        return self.id if self.id is not None else self.body[:60]


@dataclass(frozen=True)
class Callback:
    """A request that a caller heard."""

    url: str
    delivery: str | None
    raw: str
    sent: float
    answered: float
    answer: int | None
    id: str | None
    status: Any
    pod: str | None = None  # the uid of the pod that it tells of

    @property
    def accepted(self) -> bool:
        """True if its sender received a 2xx answer."""
        return self.answer is not None and 200 <= self.answer < 300

    def __str__(self) -> str:
        return f"{self.status} at {self.sent:.3f} answered {self.answer}: {self.raw}"


@dataclass(frozen=True)
class Evidence:
    """All that the checker goes by."""

    messages: list[Message] = field(default_factory=list)
    callbacks: list[Callback] = field(default_factory=list)
    created: Counter[str] = field(default_factory=Counter)  # by the Job's name
    seen: set[str] = field(default_factory=set)  # names of Jobs that were there
    jobs_deleted: set[str] = field(default_factory=set)
    pods_deleted: set[str] = field(default_factory=set)
    left: list[str] = field(default_factory=list)  # bodies in the queue
    dead: list[str] = field(default_factory=list)  # bodies in the dead-letter queue
    moved: dict[str, str] = field(default_factory=dict)  # of these, by SQS: body by its own id
    custody: dict[str, list[Hold]] = field(default_factory=dict)  # by SQS's own id
    disturbances: list[Disturbance] = field(default_factory=list)
    receipts: dict[str, list[Receipt]] = field(default_factory=dict)  # by message id


def read(folder: Path) -> Evidence:
    """Return the evidence of a run's folder."""
    created: Counter[str] = Counter()
    seen: set[str] = set()
    for event in audit_events(folder / "audit"):
        name = str(event["objectRef"].get("name", ""))
        seen.add(name)
        if event["verb"] == "create" and event["responseStatus"]["code"] == 201:
            created[name] += 1
    deleted = list(lines(folder / "by-hand.jsonl"))
    queues = json.loads((folder / "queues.json").read_text("utf-8"))
    entries = reversed(list(lines(folder / "sent.jsonl")))
    sent = {entry["body"]: message(entry) for entry in entries}  # the first of each stays
    return Evidence(
        messages=list(sent.values()),
        callbacks=[callback(entry) for entry in lines(folder / "heard.jsonl")],
        created=created,
        seen=seen,
        jobs_deleted={entry["name"] for entry in deleted if entry["kind"] == "job"},
        pods_deleted={entry["name"] for entry in deleted if entry["kind"] == "pod"},
        left=queues["left"],
        dead=queues["dead"],
        moved={one["message"]: one["body"] for one in queues.get("moved", [])},
        custody=custody(folder),
        disturbances=disturbances(folder),
        receipts=receipts(folder),
    )


def message(entry: dict[str, Any]) -> Message:
    """Return a message from the list of what was sent."""
    try:
        body = json.loads(entry["body"])
    except ValueError:
        return Message(entry["body"], False, None, None)
    job, fails = body["job"], False
    if entry["valid"]:
        fails = {"name": "FAKE_EXIT_CODE", "value": "0"} not in job["env"]
    url = body.get("webhook", {}).get("url")
    again = job.get("backoffLimit", 0) > 0
    return Message(
        body=entry["body"],
        valid=entry["valid"],
        id=body["id"],
        webhook=url,
        prefix=job["prefixName"],
        fails=fails,
        is_tried_again=again,
        namespace=str(job.get("namespace", "")),
        sent=entry.get("sent", 0.0),
    )


def callback(entry: dict[str, Any]) -> Callback:
    """Return a callback from the callers' log, whatever its body holds."""
    try:
        body = json.loads(entry["body"])
    except ValueError:
        body = None
    known = body if isinstance(body, dict) else {}
    detail = known.get("detail")
    return Callback(
        url=entry["url"],
        delivery=entry["delivery"],
        raw=entry["body"],
        sent=entry["sent"],
        answered=entry["answered"],
        answer=entry["answer"],
        id=known.get("id"),
        status=known.get("status"),
        pod=detail.get("podId") if isinstance(detail, dict) else None,
    )


def audit_events(folder: Path) -> Iterator[dict[str, Any]]:
    """Return the events of Jobs that the API server answered well.

    A killed API server may leave a line cut off; the next then starts in its midst.
    """
    for path in sorted(folder.glob("*.log")):
        with path.open(encoding="utf-8", errors="replace") as log:
            for line in log:
                start = line.rfind(AUDIT_EVENT)
                if start < 0 or '"resource":"jobs"' not in line:
                    continue
                try:
                    event = json.loads(line[start:])
                except ValueError:
                    continue
                answered = event.get("responseStatus", {}).get("code", 500) < 300
                if answered and "dryRun=" not in event.get("requestURI", ""):
                    yield event
