"""A run's result, as tables and as a file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .checker import Violation, counts
from .evidence import Evidence

SHOWN = 5  # violations of a kind on the screen
KEPT = 100  # of a kind in the file
EVIDENCE_LENGTH = 600

Outcomes = Mapping[str, Counter[str]]


def fault_table(faults: Outcomes) -> Iterator[str]:
    """Each fault with how often it had which outcome."""
    rows = [
        (fault, outcome, number)
        for fault, outcomes in sorted(faults.items())
        for outcome, number in outcomes.most_common()
    ]
    yield f"{'fault':<34} {'outcome':<32} {'count':>6}"
    yield "-" * 74
    for fault, outcome, number in rows:
        yield f"{fault:<34} {outcome:<32} {number:>6}"


def violation_table(violations: list[Violation]) -> Iterator[str]:
    """Each kind of violation with its number of ids, then the first of them with evidence."""
    yield f"{'violation':<34} {'ids':>6}"
    yield "-" * 41
    for kind, number in counts(violations).items():
        yield f"{kind:<34} {number:>6}"
    for kind, number in counts(violations).items():
        some = [one for one in violations if one.kind == kind][:SHOWN]
        for one in some:
            yield f"{kind}: {one.id}: {_short(one.evidence)}"
        if number > len(some):
            yield f"{kind}: … and {number - len(some)} more"


def result(
    seed: int, faults: Outcomes, kills: int, evidence: Evidence, violations: list[Violation]
) -> dict[str, Any]:
    """The run as one JSON object; what it counts is what the evidence shows."""
    kept: dict[str, list[dict[str, str]]] = {}
    for one in violations:
        some = kept.setdefault(one.kind, [])
        if len(some) < KEPT:
            some.append({"id": one.id, "evidence": _short(one.evidence)})
    return {
        "seed": seed,
        "messages": len(evidence.messages),
        "jobs": evidence.created.total(),
        "callbacks": len(evidence.callbacks),
        "kills": kills,
        "moved": len(evidence.moved),
        "faults": {fault: dict(outcomes) for fault, outcomes in sorted(faults.items())},
        "violations": counts(violations),
        "evidence": kept,
        "holds": not violations,
    }


def write(path: Path, values: dict[str, Any]) -> None:
    """Keep the result."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _short(text: str) -> str:
    return text if len(text) <= EVIDENCE_LENGTH else text[: EVIDENCE_LENGTH - 1] + "…"
