"""Sizes of the cases: as in the targets, or small for quick work and tests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Numbers of Jobs, of repeats and of seconds."""

    throughput: int = 2000
    repeats: int = 2
    latencies: int = 40
    latency_pause: float = 2.0  # seconds between two messages
    starts: int = 10  # of an empty ansible-playbook
    flood: int = 2000
    beside: int = 8  # messages beside the flood
    running_few: int = 100
    running_many: int = 10_000
    resync_interval: int = 300  # the default
    stages: tuple[int, ...] = (500, 2000, 8000)  # Jobs that run, while the next ones are measured
    next_jobs: int = 500
    replicas: int = 1600


FULL = Sizes()
SMALL = Sizes(
    throughput=200,
    repeats=1,
    latencies=5,
    starts=3,
    flood=200,
    beside=3,
    running_few=100,
    running_many=1000,
    resync_interval=20,
    stages=(100, 400),
    next_jobs=100,
    replicas=100,
)
