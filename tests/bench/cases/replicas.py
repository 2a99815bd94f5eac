"""Two runners on one queue against one of them, each held to the same share of a core."""

from __future__ import annotations

import time

from .. import messages
from ..bench import Bench
from ..measure import TARGETS, Measure
from ..progress import say
from ..system import System

NAME = "replicas"
QUOTA = 0.35  # cores of each runner: what two reach must leave the rest of a small machine idle
LIMITS = {  # small batches: what one runner holds at a time is a small part of all
    "SQS_K8S_JOBS_SUBMIT_BATCH_SIZE": "100",
    "SQS_K8S_JOBS_REPORT_BATCH_SIZE": "100",
}
WARM_UP = 20  # messages of each: all are warm when the clock starts


def run(bench: Bench) -> list[Measure]:
    """Measure the rate of both."""
    (one, cores_one), (two, cores_two) = (rate(bench, runners) for runners in (1, 2))
    bench.keep(NAME, {"rates": {"1": one, "2": two}})
    more = {"rates": [round(one, 2), round(two, 2)], "cores_used": [cores_one, cores_two]}
    return [Measure(TARGETS[NAME], [two / one], more)]


def rate(bench: Bench, runners: int) -> tuple[float, float]:
    """Return the Jobs per second of so many runners, and the cores that they used together."""
    count, warm_up = bench.sizes.replicas, WARM_UP * runners
    say(f"replicas: {count} messages, {runners} runners of {QUOTA:g} cores each")
    folder = bench.folder(f"replicas-{runners}")
    with System(folder, count=runners, quota=QUOTA, settings=LIMITS) as system:
        system.start_runners()
        system.queues[0].send(*messages.bodies("warm", warm_up, system.url))
        system.wait_over(warm_up, "of the first ones told their end")
        system.settle()
        before, began = system.of_runners(), time.monotonic()
        system.queues[0].send(*messages.bodies("many", count, system.url))
        seconds = system.wait_over(warm_up + count, "told their end") - began
        cores = (system.of_runners() - before) / seconds
    say(f"  {count / seconds:.1f} Jobs/s with {cores:.2f} cores")
    return count / seconds, round(cores, 2)
