"""The judge: which promises the evidence shows broken, and for which ids.

It knows the contract and the evidence, nothing of how either came to be.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from . import standstill
from .case import COMPLETE, EXCEPTION, FAILED, JOB_STARTED, POD_STARTED, STATUSES, TERMINAL, Case
from .evidence import Callback, Evidence

ORDERS = (
    [JOB_STARTED, POD_STARTED, COMPLETE],
    [JOB_STARTED, POD_STARTED, FAILED],
    [JOB_STARTED, FAILED],  # its pod was never known to run
    [JOB_STARTED, POD_STARTED, EXCEPTION],
    [JOB_STARTED, EXCEPTION],
    [EXCEPTION],
)
NEEDED = {POD_STARTED: {JOB_STARTED}, COMPLETE: {JOB_STARTED, POD_STARTED}, FAILED: {JOB_STARTED}}
EARLIER = {end: {JOB_STARTED, POD_STARTED} for end in TERMINAL}


@dataclass(frozen=True)
class Violation:
    """A promise that was broken for one id, and how that shows."""

    kind: str
    id: str
    evidence: str


def lost(case: Case) -> Iterator[str]:
    """Nothing came of a message: no Job, no dead letter, no end told."""
    if not (case.ends or case.had_job or case.has_dead_letter or case.is_left):
        yield "no Job, no dead letter, and no end was accepted"


def twice(case: Case) -> Iterator[str]:
    """One id ran more than once."""
    if sum(case.created.values()) > 1:
        yield f"Jobs created: {case.created}"


def without_end(case: Case) -> Iterator[str]:
    """A caller that could be told never heard an end."""
    can_be_told = case.message.id is not None and case.message.webhook
    if can_be_told and not case.ends and not case.came_no_more:
        heard = [(one.status, one.answer) for one in case.heard]
        yield f"accepted: {list(case.accepted)}; heard: {heard[-10:]}"


def several_ends(case: Case) -> Iterator[str]:
    """A caller was told more than one end, whatever it answered."""
    ends = {one.status for one in case.heard if one.status in TERMINAL}
    if len(ends) > 1:
        yield "; ".join(str(one) for one in case.heard if one.status in TERMINAL)


def wrong_end(case: Case) -> Iterator[str]:
    """The end that was told is not what became of the Job."""
    wrong = set(case.ends) - case.wanted_ends()
    if wrong:
        last = [str(one) for one in case.heard if one.status in wrong][:1]
        yield f"wanted one of {sorted(case.wanted_ends())}: {last}"


def out_of_order(case: Case) -> Iterator[str]:
    """Statuses were accepted in a wrong order, or one was sent before its time had come."""
    order = list(case.accepted)
    if case.ends and order not in ORDERS:
        yield f"accepted in this order: {order}"
    for one in case.heard:
        for earlier in _before(case, one.status):
            if one.sent < case.accepted.get(earlier, one.sent + 1):
                yield f"{earlier} was not accepted yet: {one}"


def _before(case: Case, status: Any) -> set[int]:
    """Return the statuses that must have been accepted before this one is sent.

    A Job that failed may lack status 1, and a message that was refused lacks 0, too; where
    these are told at all, they come first.
    """
    told = {one.status for one in case.heard}
    return NEEDED.get(status, set()) | (EARLIER.get(status, set()) & told)


def differing(case: Case) -> Iterator[str]:
    """A repeat differs from what was sent before.

    Each pod that starts is one status 1 of its own, with a delivery id of its own.
    """
    known: dict[Any, Callback] = {}
    for one in case.heard:
        each_pod = case.message.is_tried_again and one.status == POD_STARTED
        first = known.setdefault((one.status, one.delivery if each_pod else None), one)
        if one.raw != first.raw:
            yield f"bodies of status {one.status}: {first.raw} and {one.raw}"
        if one.delivery != first.delivery or not one.delivery:
            yield f"delivery ids of status {one.status}: {first.delivery} and {one.delivery}"
    if len({one.delivery for one in known.values()}) < len(known):
        yield f"statuses {[status for status, _ in known]} share a delivery id"


def misdirected(case: Case) -> Iterator[str]:
    """A callback went to somebody else's endpoint, or has a status that does not exist."""
    for one in case.heard:
        if one.url != case.message.webhook or one.status not in STATUSES:
            yield f"{one.url} heard {one}"


def not_kept(case: Case) -> Iterator[str]:
    """An invalid message's body is not in the dead-letter queue."""
    if not case.message.valid and not case.has_dead_letter:
        yield f"no dead letter has this body: {case.message.body[:200]}"


def ran_invalid(case: Case) -> Iterator[str]:
    """An invalid message became a Job."""
    if not case.message.valid and case.created:
        yield f"Jobs created: {case.created}"


def left(case: Case) -> Iterator[str]:
    """A message is still in the queue."""
    if case.is_left:
        yield f"in the queue: {case.message.body[:200]}"


def not_accepted(case: Case) -> Iterator[str]:
    """A callback was taken for accepted, and its endpoint never accepted it.

    Where there is no webhook, nobody is told, and what is due is done with all the same.
    """
    if not case.message.webhook:
        return
    for one in {(one.status, one.pod): one for one in case.receipts}.values():
        heard = [other for other in case.heard if one.status == other.status]
        heard = [other for other in heard if one.pod in (None, other.pod)]
        if not any(other.accepted for other in heard):
            said = [str(other) for other in heard][-3:]
            yield f"status {one.status} is accepted, says {one.source}; its caller heard {said}"


def moved_untold(case: Case) -> Iterator[str]:
    """SQS moved a message to the dead-letter queue by itself, and no kill explains it."""
    yield from case.unexplained()


def unknown(evidence: Evidence) -> Iterator[Violation]:
    """Callbacks for ids that nobody sent."""
    ids = {message.id for message in evidence.messages}
    for one in evidence.callbacks:
        if one.id is None or one.id not in ids:
            yield Violation("unknown", str(one.id), f"{one.url} heard {one}")


CHECKS: dict[str, Callable[[Case], Iterator[str]]] = {
    "lost": lost,
    "twice": twice,
    "without end": without_end,
    "several ends": several_ends,
    "wrong end": wrong_end,
    "out of order": out_of_order,
    "differing": differing,
    "misdirected": misdirected,
    "not kept": not_kept,
    "ran invalid": ran_invalid,
    "left in the queue": left,
    "not accepted": not_accepted,
    "moved untold": moved_untold,
}
KINDS = (*CHECKS, "unknown", "stood still")


def check(evidence: Evidence) -> list[Violation]:
    """Return every violation that the evidence shows: at most one of a kind for an id."""
    heard: dict[str | None, list[Callback]] = defaultdict(list)
    for one in evidence.callbacks:
        heard[one.id].append(one)
    found = list(unknown(evidence))
    found += [Violation("stood still", *one) for one in standstill.found(evidence)]
    for message in evidence.messages:
        mine = heard[message.id] if message.id is not None else []
        case = Case(message, evidence, mine)
        for kind, judge in CHECKS.items():
            said = list(judge(case))
            if said:
                found.append(Violation(kind, str(message), "; ".join(said[:3])))
    return found


def counts(violations: list[Violation]) -> dict[str, int]:
    """Return how many ids each kind of violation has, all kinds named."""
    found = Counter(one.kind for one in violations)
    return {kind: found[kind] for kind in KINDS}
