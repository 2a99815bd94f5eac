"""Many messages at once: how fast they become Jobs whose callers know their end, at what cost.

A bare API client makes the same Jobs, in turns with the runner: each on a fresh control plane.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from .. import bare_client, messages
from ..bench import Bench
from ..callback_log import COMPLETE, CREATED
from ..measure import TARGETS, Measure
from ..plane import of_control_plane, since
from ..process_kinds import Sampler
from ..progress import say
from ..system import System

NAME = "throughput"


@dataclass(frozen=True)
class RunnerRun:
    """A run's result: moments in seconds after its start, CPU seconds by name and by kind."""

    seconds: float
    created: list[float]
    told_created: list[float]
    told_complete: list[float]
    used: dict[str, float]
    kinds: dict[str, float]

    @property
    def rate(self) -> float:
        """Messages per second, from the runner's readiness to the last callback."""
        return len(self.told_complete) / self.seconds

    @property
    def cost(self) -> float:
        """The CPU of the runner over that of the control plane."""
        return self.used["runner-0"] / of_control_plane(self.used)


def run(bench: Bench) -> list[Measure]:
    """Measure throughput and cost."""
    count, told, bare = bench.sizes.throughput, [], []
    for number in range(bench.sizes.repeats):
        say(f"throughput: {count} messages, run {number + 1} of {bench.sizes.repeats}")
        one, jobs = runner_run(bench, count)
        told.append(one)
        say(f"  runner: {one.rate:.1f} Jobs/s; its CPU over the control plane's: {one.cost:.2f}")
        bare.append(bare_client.run(bench.folder("bare"), jobs))
        say(f"  bare client: {bare[-1].rate:.1f} Jobs/s")
    bench.keep(NAME, {"runner": [asdict(r) for r in told], "bare": [asdict(r) for r in bare]})
    return [
        Measure(
            TARGETS["throughput"],
            [ours.rate / theirs.rate for ours, theirs in zip(told, bare, strict=True)],
            {"runner_rates": [r.rate for r in told], "bare_rates": [r.rate for r in bare]},
        ),
        Measure(TARGETS["cost"], [one.cost for one in told], {"ms_per_job": _per_job(told[-1])}),
    ]


def runner_run(bench: Bench, count: int) -> tuple[RunnerRun, list[dict[str, Any]]]:
    """Have all messages wait, start the runner, and wait for the end; return the Jobs, too."""
    with System(bench.folder("runner")) as system:
        system.queues[0].send(*messages.bodies("t", count, system.url))
        before = system.cpu_seconds()
        with Sampler([runner.group for runner in system.runners]) as sampler:
            started = system.start_runners()
            clock_started = time.time() - (time.monotonic() - started)
            over = system.wait_over(count, "told their end")
            system.settle()
            used, kinds = since(before, system.cpu_seconds()), sampler.seconds()
        jobs = system.jobs()
        moments = [
            sorted(system.callback_log.moments(status).values()) for status in (CREATED, COMPLETE)
        ]
    created = sorted(_created(job) - clock_started for job in jobs)
    first, last = ([at - started for at in some] for some in moments)
    return RunnerRun(over - started, created, first, last, used, kinds), jobs


def _created(job: dict[str, Any]) -> float:
    """Return when a Job was created, to the second."""
    return datetime.fromisoformat(job["metadata"]["creationTimestamp"]).timestamp()


def _per_job(one: RunnerRun) -> dict[str, float]:
    """Return CPU milliseconds per Job, by name; the runner's are by kind of process."""
    count = len(one.told_complete)
    others = {name: used for name, used in one.used.items() if not name.startswith("runner")}
    return {name: round(1000 * s / count, 2) for name, s in {**one.kinds, **others}.items()}
