"""More evidence: who held which message, what was done to the run, what was taken for accepted."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MESSAGE_ID = "sqs-k8s.jobs/message-id"  # annotation of Jobs and records
REPORTED = "sqs-k8s.jobs/reported-"  # and the callback's key
ACCEPTED = '"callback accepted"'  # in a runner's log
LOG_ENTRY = '{"time": '


@dataclass(frozen=True)
class Hold:
    """A receive of a message: by whom, and until when it was hidden from others."""

    began: float
    ended: float
    by: str | None


@dataclass(frozen=True)
class Disturbance:
    """A fault that lasted from one moment to another."""

    kind: str
    began: float
    ended: float
    by: str | None = None  # the runner that was killed
    namespace: str | None = None  # where it was; nothing for everywhere


@dataclass(frozen=True)
class Receipt:
    """A callback that the service took for accepted."""

    status: int
    pod: str | None  # the uid, where a further pod of the Job has started
    source: str


def custody(folder: Path) -> dict[str, list[Hold]]:
    """Return each message's receives, in their order; an extension ends one later, or earlier."""
    found: dict[tuple[str, float], Hold] = {}
    for entry in lines(folder / "custody.jsonl"):
        held = Hold(entry["at"], entry["until"], entry["by"])
        found[entry["message"], entry["at"]] = held
    holds: dict[str, list[Hold]] = defaultdict(list)
    for (message, _), held in sorted(found.items()):
        holds[message].append(held)
    return holds


def disturbances(folder: Path) -> list[Disturbance]:
    """Return the faults that the journal has."""
    return [
        Disturbance(one["kind"], one["from"], one["to"], one.get("by"), one.get("namespace"))
        for one in lines(folder / "journal.jsonl")
    ]


def receipts(folder: Path) -> dict[str, list[Receipt]]:
    """Return what the runners' logs and the cluster's objects say was accepted, by message id."""
    found: dict[str, list[Receipt]] = defaultdict(list)
    for log in sorted((folder / "logs").glob("runner-*.log")):
        for entry in _accepted(log):
            found[str(entry["id"])].append(Receipt(entry["status"], None, f"the log {log.name}"))
    path = folder / "receipts.json"
    for one in json.loads(path.read_text("utf-8")) if path.exists() else []:
        annotations = one["annotations"] or {}
        for name in annotations:
            if name.startswith(REPORTED):
                status, _, pod = name.removeprefix(REPORTED).partition(".")
                receipt = Receipt(int(status), pod or None, f"{name} of {one['name']}")
                found[str(annotations.get(MESSAGE_ID))].append(receipt)
    return found


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Return the objects of a file that has one in each line; none where there is no file."""
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _accepted(log: Path) -> Iterator[dict[str, Any]]:
    """Return the lines of a runner's log that say so; a kill may cut a line off."""
    with log.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            start = line.rfind(LOG_ENTRY)
            if start < 0 or ACCEPTED not in line:
                continue
            try:
                yield json.loads(line[start:])
            except ValueError:
                continue
