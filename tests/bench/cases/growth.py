"""Bursts of several sizes: whether a Job among many costs more than one among few."""

from __future__ import annotations

from .. import messages
from ..bench import Bench
from ..measure import TARGETS, Measure
from ..progress import say
from ..system import System

NAME = "growth"
WARM_UP = 20  # messages: what is done once per start is not a Job's cost


def run(bench: Bench) -> list[Measure]:
    """Measure the runner's CPU per Job for each burst, on a fresh control plane each."""
    sizes = bench.sizes.bursts
    costs = {count: burst(bench, count) for count in sizes}
    bench.keep(NAME, {"seconds_per_job": costs})
    ratio = max(costs.values()) / min(costs.values())
    per_job = {str(count): round(1000 * cost, 2) for count, cost in costs.items()}
    return [Measure(TARGETS[NAME], [ratio], {"ms_per_job": per_job})]


def burst(bench: Bench, count: int) -> float:
    """Return the CPU seconds per Job, from nothing to all told."""
    say(f"growth: a burst of {count}")
    with System(bench.folder(f"burst-{count}")) as system:
        system.start_runners()
        system.queues[0].send(*messages.bodies("warm", WARM_UP, system.url))
        system.wait_over(WARM_UP, "of the first ones told their end")
        system.settle()
        used = system.of_runners()
        system.queues[0].send(*messages.bodies("burst", count, system.url))
        system.wait_over(WARM_UP + count, "told their end")
        system.settle()
        cost = (system.of_runners() - used) / count
    say(f"  {1000 * cost:.1f} ms of CPU per Job")
    return cost
