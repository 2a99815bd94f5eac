"""Measurements of a case, and their targets."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Target:
    """A bound of a ratio."""

    name: str
    bound: float
    at_least: bool = False
    what: str = ""  # what is over what

    def holds(self, value: float) -> bool:
        """Tell whether a value meets it."""
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}"


@dataclass(frozen=True)
class Measure:
    """A ratio, measured once or several times: its value is the median."""

    target: Target
    runs: list[float]
    more: dict[str, Any] = field(default_factory=dict)  # what it was made of, for the record

    @property
    def value(self) -> float:
        return statistics.median(self.runs)

    @property
    def holds(self) -> bool:
        return self.target.holds(self.value)

    def as_json(self) -> dict[str, Any]:
        """Return its entry in bench.json."""
        return {
            "value": round(self.value, 4),
            "target": self.target.bound,
            "holds": self.holds,
            "at_least": self.target.at_least,
            "spread": [round(min(self.runs), 4), round(max(self.runs), 4)],
            "runs": [round(one, 4) for one in self.runs],
            **self.more,
        }


TARGETS = {
    one.name: one
    for one in (
        Target("throughput", 0.6, True, "Jobs/s of the runner over those of a bare API client"),
        Target("cost", 0.6, False, "CPU of the runner over that of the control plane"),
        Target("latency_p50", 1.0, False, "message to status 0 over an empty ansible-playbook"),
        Target("latency_p99", 3.0, False, "message to status 0 over an empty ansible-playbook"),
        Target("flood_latency", 0.25, False, "status 0 beside a flood over the flood's time"),
        Target("large_memory", 0.9, False, "memory with large messages over a pod's limit"),
        Target("memory", 1.5, False, "memory with many Jobs running over that with a hundred"),
        Target("idle", 0.05, False, "of a core while many Jobs run and nothing changes"),
        Target("growth", 1.2, False, "CPU of a next Job beside few or many: dearest over cheapest"),
        Target("replicas", 1.7, True, "Jobs/s of two runners over those of one"),
    )
}
