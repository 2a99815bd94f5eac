"""Many Jobs run: what the runner holds in memory, what the next Jobs cost beside them, and what it
costs to have them in flight.
"""

from __future__ import annotations

import time

from .. import messages
from ..bench import Bench
from ..callback_log import RUNNING
from ..measure import TARGETS, Measure
from ..memory import MEGABYTE, MemoryLog
from ..progress import say
from ..system import System

NAME = "inflight"
SAMPLE_SECONDS = 15.0
DEFAULT_INTERVAL = 300  # seconds
RESYNC = "SQS_K8S_JOBS_RESYNC_INTERVAL"


def run(bench: Bench) -> list[Measure]:
    """Have few Jobs run, then ever more; measure at each stage, and in the end a whole resync."""
    sizes, interval = bench.sizes, bench.sizes.resync_interval
    settings = {} if interval == DEFAULT_INTERVAL else {RESYNC: str(interval)}
    costs: dict[int, float] = {}
    with System(bench.folder(NAME), settings=settings) as system:
        groups = [runner.group for runner in system.runners]
        system.start_runners()
        with MemoryLog(groups, lambda: system.callback_log.known(RUNNING)) as memory:
            _have_running(system, sizes.running_few)
            held_few = _held(memory)
            for stage in sizes.stages:
                _have_running(system, stage)
                costs[stage] = _cost_of_next(system, sizes.next_jobs)
            _have_running(system, sizes.running_many)
            held_many = _held(memory)
            points = memory.points[:]
        share = _idle_share(system, interval)
    few, many = sizes.running_few, sizes.running_many
    held = {"few": few, "many": many, "settled": [held_few, held_many]}
    bench.keep(NAME, {"memory": points, **held, "seconds_per_job": costs})
    megabytes = {
        f"pss_mb_at_{few}": round(held_few / MEGABYTE, 1),
        f"pss_mb_at_{many}": round(held_many / MEGABYTE, 1),
    }
    per_job = {str(stage): round(1000 * cost, 2) for stage, cost in costs.items()}
    growth = max(costs.values()) / min(costs.values())
    return [
        Measure(TARGETS["memory"], [held_many / held_few], megabytes),
        Measure(TARGETS["idle"], [share], {"jobs": many, "seconds": interval}),
        Measure(TARGETS["growth"], [growth], {"ms_per_job": per_job}),
    ]


def _have_running(system: System, count: int) -> None:
    """Have so many Jobs run, and wait until all is quiet."""
    there = system.callback_log.count(RUNNING)
    say(f"inflight: {count - there} more Jobs that run for ever, {count} in all")
    bodies = messages.bodies(f"to-{count}", count - there, system.url, messages.FOR_EVER)
    system.queues[0].send(*bodies)
    system.wait_told(RUNNING, count, "told that they run")
    system.settle()


def _held(memory: MemoryLog) -> float:
    held = memory.median_of(SAMPLE_SECONDS)
    say(f"  {held / MEGABYTE:.0f} MB")
    return held


def _cost_of_next(system: System, count: int) -> float:
    """Return the CPU seconds for each of so many more Jobs."""
    there, used = system.callback_log.count(RUNNING), system.of_runners()
    _have_running(system, there + count)
    cost = (system.of_runners() - used) / count
    say(f"  beside {there} Jobs each of {count} more cost {1000 * cost:.1f} ms of CPU")
    return cost


def _idle_share(system: System, interval: int) -> float:
    """Return the share of a core that is used over a whole resync interval."""
    say(f"idle: CPU over {interval} s, which has one resync of each watch")
    began, used = time.monotonic(), system.of_runners()
    time.sleep(interval)
    share = (system.of_runners() - used) / (time.monotonic() - began)
    say(f"  {share:.2%} of a core")
    return share
