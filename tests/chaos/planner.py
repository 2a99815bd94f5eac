"""Making a plan: the same seed and sizes give the same one."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence

from . import fault_kinds
from .messages import NAMESPACES
from .plan import ENDPOINTS, RUNNERS, Fault, Plan

SECONDS_PER_KILL = 3.6  # a run of a playbook costs some five; kills must leave room for progress
SHORTEST = 60.0  # seconds of a plan
BURST = 5  # kills that come close together; the calm between bursts is for progress
BURST_SHARE = 0.55  # of the time
FIRST_BY_HAND = 0.2  # of the plan: before, there is little to delete
FULL_KILLS = 100  # from here on the plan has room for a time in which nobody reports
HOLD_SECONDS = 75.0  # longer than the shortest TTL
HOLD_AT = 0.4  # of the plan
REFUSAL_SECONDS = 90.0  # longer than the shortest TTL, and the pause before the next try
REFUSALS_AT = (0.1, 0.6)  # of the plan
CLOCK_STEPS = (600.0, -600.0)  # seconds
RUNNER_SHARE = 0.4  # of the kills; the others are playbooks


def make(seed: int, messages: int, kills: int) -> Plan:
    """Return the plan of a seed."""
    chance = random.Random(f"plan {seed}")
    active = max(SHORTEST, kills * SECONDS_PER_KILL)
    refusing, *turns = chance.sample(range(ENDPOINTS), ENDPOINTS)
    faults = [
        *_kills(chance, kills, active),
        *_control_plane(chance, max(1, kills // 40), active),
        *_unreachable(chance, max(2, kills // 25), active),
        *_endpoints(chance, max(1, kills // 25), active, turns),
        *_by_hand(chance, max(2, kills // 8), active),
        *_cluster_says_no(chance, max(1, kills // 50), active),
        *_of_one_runner(chance, max(1, kills // 50), active),
    ]
    held = HOLD_SECONDS if kills >= FULL_KILLS else 0.0
    if held:
        parameters = {"endpoint": refusing, "seconds": REFUSAL_SECONDS}
        faults += [
            Fault(active * at, fault_kinds.REFUSED_PAST_TTL, parameters) for at in REFUSALS_AT
        ]
        bursts = math.ceil(kills / BURST)
        calm_is_over = active * round(HOLD_AT * bursts) / bursts  # Jobs have come meanwhile
        faults = [*_hold(faults, calm_is_over, held)]
    faults.sort(key=lambda fault: fault.at)
    return Plan(seed, messages, kills, round(active + held, 1), faults)


def _spread(chance: random.Random, count: int, seconds: float) -> Iterator[float]:
    """Random moments, one in each of as many equal parts of the time."""
    for number in range(count):
        yield round((number + chance.random()) * seconds / count, 1)


def _bursts(chance: random.Random, count: int, seconds: float) -> Iterator[float]:
    """Random moments that come in bursts, with calm in between."""
    part = seconds / math.ceil(count / BURST)
    for first in range(0, count, BURST):
        start = part * first / BURST
        some = [start + part * BURST_SHARE * chance.random() for _ in range(BURST)]
        yield from (round(at, 1) for at in sorted(some[: count - first]))


def _kills(chance: random.Random, count: int, seconds: float) -> Iterator[Fault]:
    runners = round(count * RUNNER_SHARE)
    of_what = [fault_kinds.KILL_RUNNER] * runners + [fault_kinds.KILL_PLAYBOOK] * (count - runners)
    chance.shuffle(of_what)
    for kind, at in zip(of_what, _bursts(chance, count, seconds), strict=True):
        if kind == fault_kinds.KILL_RUNNER:
            yield Fault(at, kind, {"runner": chance.randrange(RUNNERS)})
        else:
            yield Fault(at, kind, {"pick": round(chance.random(), 3)})


def _control_plane(chance: random.Random, each: int, seconds: float) -> Iterator[Fault]:
    """API server and etcd in turn, each back well before the next goes."""
    part = seconds / (2 * each)
    for number in range(2 * each):
        at = round((number + 0.1 + 0.3 * chance.random()) * part, 1)
        kind = fault_kinds.ETCD_DOWN if number % 2 else fault_kinds.API_SERVER_DOWN
        yield Fault(at, kind, {"seconds": round(chance.uniform(1, min(8, part / 3)), 1)})


def _unreachable(chance: random.Random, count: int, seconds: float) -> Iterator[Fault]:
    part = seconds / count
    for number in range(count):
        at = round((number + 0.5 * chance.random()) * part, 1)
        lasts = round(chance.uniform(3, min(15, part / 4)), 1)
        yield Fault(at, fault_kinds.SQS_UNREACHABLE, {"seconds": lasts, "silent": number % 2 == 1})


def _endpoints(
    chance: random.Random, each: int, seconds: float, turns: Sequence[int]
) -> Iterator[Fault]:
    """Every way to answer badly, at endpoints in turn: one is well again before its next turn."""
    modes = list(fault_kinds.ENDPOINT_MODES) * each
    chance.shuffle(modes)
    for number, at in enumerate(_spread(chance, len(modes), seconds)):
        parameters = {
            "endpoint": turns[number % len(turns)],
            "seconds": round(chance.uniform(8, min(40, seconds / 2)), 1),
        }
        yield Fault(at, modes[number], parameters)


def _by_hand(chance: random.Random, each: int, seconds: float) -> Iterator[Fault]:
    calm = seconds * FIRST_BY_HAND
    for kind in (fault_kinds.JOB_DELETED, fault_kinds.POD_DELETED, fault_kinds.POD_EVICTED):
        for at in _spread(chance, each, seconds - calm):
            yield Fault(round(calm + at, 1), kind, {"pick": round(chance.random(), 3)})


def _cluster_says_no(chance: random.Random, each: int, seconds: float) -> Iterator[Fault]:
    """Every way to say no in turn: new Jobs everywhere, and what concerns one namespace."""
    part = seconds / (len(fault_kinds.CLUSTER_SAYS_NO) * each)
    for number in range(len(fault_kinds.CLUSTER_SAYS_NO) * each):
        kind = fault_kinds.CLUSTER_SAYS_NO[number % len(fault_kinds.CLUSTER_SAYS_NO)]
        everywhere = kind == fault_kinds.ADMISSION_OUTAGE
        parameters = {
            "seconds": round(chance.uniform(12, min(25, 0.75 * part)), 1),
            "namespace": "" if everywhere else chance.choice(NAMESPACES),
        }
        yield Fault(round((number + 0.2 * chance.random()) * part, 1), kind, parameters)


def _of_one_runner(chance: random.Random, each: int, seconds: float) -> Iterator[Fault]:
    """Clocks that step and disks that are full, one of a kind at a time."""
    part = seconds / each
    for number in range(each):
        lasts = round(chance.uniform(10, min(30, part / 2)), 1)
        parameters = {"runner": chance.randrange(RUNNERS), "seconds": lasts}
        step = CLOCK_STEPS[number % len(CLOCK_STEPS)]
        at = round((number + 0.5 * chance.random()) * part, 1)
        yield Fault(at, fault_kinds.CLOCK_STEPPED, {**parameters, "step": step})
        parameters = {
            "runner": chance.randrange(RUNNERS),
            "seconds": round(chance.uniform(5, min(15, part / 2)), 1),
        }
        yield Fault(
            round((number + 0.5 * chance.random()) * part, 1), fault_kinds.DISK_FULL, parameters
        )


def _hold(faults: list[Fault], at: float, seconds: float) -> Iterator[Fault]:
    """Put a time in between in which both runners are down; what comes later waits for it."""
    yield Fault(round(at, 1), fault_kinds.NOBODY_REPORTS, {"seconds": seconds})
    for fault in faults:
        later = seconds if fault.at >= at else 0.0
        yield Fault(round(fault.at + later, 1), fault.kind, fault.parameters)
