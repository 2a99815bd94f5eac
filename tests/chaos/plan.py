"""The plan of a run: which fault comes when. The same seed and sizes give the same plan."""

from __future__ import annotations

import json
import math
import random
import textwrap
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from . import kinds

RUNNERS = 2
ENDPOINTS = 20
SECONDS_PER_KILL = 3.6  # a run of a playbook costs some five; kills must leave room for progress
SHORTEST = 60.0  # seconds of a plan
BURST = 5  # kills that come close together; the calm between bursts is for progress
BURST_SHARE = 0.55  # of the time
FIRST_BY_HAND = 0.2  # of the plan: before, there is little to delete
FULL_KILLS = 100  # from here on the plan has room for a time in which nobody reports
HOLD_SECONDS = 75.0  # longer than the shortest TTL
HOLD_AT = 0.4  # of the plan
RUNNER_SHARE = 0.4  # of the kills; the others are playbooks


@dataclass(frozen=True)
class Fault:
    """One fault, so many seconds after the first message."""

    at: float
    kind: str
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """What a run does: its messages follow from the seed and their number."""

    seed: int
    messages: int
    kills: int
    seconds: float
    faults: list[Fault]

    def write(self, path: Path) -> None:
        """Keep the plan, to be played again."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")

    @classmethod
    def read(cls, path: Path) -> Plan:
        """Return a plan that was kept."""
        values = json.loads(path.read_text("utf-8"))
        values["faults"] = [Fault(**one) for one in values["faults"]]
        return cls(**values)

    def lines(self) -> Iterator[str]:
        """The plan for a reader: each kind of fault with its times."""
        yield (
            f"plan: seed {self.seed}, {self.messages} messages, {self.kills} kills,"
            f" {len(self.faults)} faults in {self.seconds:.0f} s"
        )
        for kind in dict.fromkeys(fault.kind for fault in self.faults):
            times = [_shown(fault) for fault in self.faults if fault.kind == kind]
            yield from textwrap.wrap(
                f"{kind} ({len(times)}): {', '.join(times)}",
                width=110,
                initial_indent="  ",
                subsequent_indent="    ",
            )


def make(seed: int, messages: int, kills: int) -> Plan:
    """Return the plan of a seed."""
    chance = random.Random(f"plan {seed}")
    active = max(SHORTEST, kills * SECONDS_PER_KILL)
    faults = [
        *_kills(chance, kills, active),
        *_control_plane(chance, max(1, kills // 40), active),
        *_unreachable(chance, max(2, kills // 25), active),
        *_endpoints(chance, max(1, kills // 25), active),
        *_by_hand(chance, max(2, kills // 8), active),
    ]
    held = HOLD_SECONDS if kills >= FULL_KILLS else 0.0
    if held:
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
    of_what = [kinds.KILL_RUNNER] * runners + [kinds.KILL_PLAYBOOK] * (count - runners)
    chance.shuffle(of_what)
    for kind, at in zip(of_what, _bursts(chance, count, seconds), strict=True):
        if kind == kinds.KILL_RUNNER:
            yield Fault(at, kind, {"runner": chance.randrange(RUNNERS)})
        else:
            yield Fault(at, kind, {"pick": round(chance.random(), 3)})


def _control_plane(chance: random.Random, each: int, seconds: float) -> Iterator[Fault]:
    """API server and etcd in turn, each back well before the next goes."""
    part = seconds / (2 * each)
    for number in range(2 * each):
        at = round((number + 0.1 + 0.3 * chance.random()) * part, 1)
        kind = kinds.ETCD_DOWN if number % 2 else kinds.API_SERVER_DOWN
        yield Fault(at, kind, {"seconds": round(chance.uniform(1, min(8, part / 3)), 1)})


def _unreachable(chance: random.Random, count: int, seconds: float) -> Iterator[Fault]:
    part = seconds / count
    for number in range(count):
        at = round((number + 0.5 * chance.random()) * part, 1)
        lasts = round(chance.uniform(3, min(15, part / 4)), 1)
        yield Fault(at, kinds.SQS_UNREACHABLE, {"seconds": lasts, "silent": number % 2 == 1})


def _endpoints(chance: random.Random, each: int, seconds: float) -> Iterator[Fault]:
    """Every way to answer badly, at endpoints in turn: one is well again before its next turn."""
    modes = list(kinds.ENDPOINT_MODES) * each
    chance.shuffle(modes)
    turns = chance.sample(range(ENDPOINTS), ENDPOINTS)
    for number, at in enumerate(_spread(chance, len(modes), seconds)):
        parameters = {
            "endpoint": turns[number % ENDPOINTS],
            "seconds": round(chance.uniform(8, min(40, seconds / 2)), 1),
        }
        yield Fault(at, modes[number], parameters)


def _by_hand(chance: random.Random, each: int, seconds: float) -> Iterator[Fault]:
    calm = seconds * FIRST_BY_HAND
    for kind in (kinds.JOB_DELETED, kinds.POD_DELETED):
        for at in _spread(chance, each, seconds - calm):
            yield Fault(round(calm + at, 1), kind, {"pick": round(chance.random(), 3)})


def _hold(faults: list[Fault], at: float, seconds: float) -> Iterator[Fault]:
    """Put a time in between in which both runners are down; what comes later waits for it."""
    yield Fault(round(at, 1), kinds.NOBODY_REPORTS, {"seconds": seconds})
    for fault in faults:
        later = seconds if fault.at >= at else 0.0
        yield Fault(round(fault.at + later, 1), fault.kind, fault.parameters)


def _shown(fault: Fault) -> str:
    known = fault.parameters
    words = [f"#{known[name]}" for name in ("runner", "endpoint") if name in known]
    words += [f"{known['seconds']:g} s"] if "seconds" in known else []
    return f"{fault.at:g}" + (f" [{' '.join(words)}]" if words else "")
