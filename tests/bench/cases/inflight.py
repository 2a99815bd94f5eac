"""Many Jobs run: what the runner holds in memory, and what it costs to have them in flight."""

from __future__ import annotations

import time

from .. import messages
from ..bench import Bench
from ..heard import RUNNING
from ..measure import TARGETS, Measure
from ..memory import MemoryLog
from ..progress import say
from ..system import System

NAME = "inflight"
SAMPLE_SECONDS = 15.0
MEGABYTE = 2**20
DEFAULT_INTERVAL = 300  # seconds
RESYNC = "SQS_K8S_JOBS_RESYNC_INTERVAL"


def run(bench: Bench) -> list[Measure]:
    """Have few Jobs run, then many; measure memory at both, and CPU over a whole resync."""
    few, many = bench.sizes.running_few, bench.sizes.running_many
    interval = bench.sizes.resync_interval
    settings = {} if interval == DEFAULT_INTERVAL else {RESYNC: str(interval)}
    with System(bench.folder("inflight"), settings=settings) as system:
        groups = [runner.group for runner in system.runners]
        system.start_runners()
        with MemoryLog(groups, lambda: system.heard.known(RUNNING)) as memory:
            held_few, most_few = _have_running(system, memory, "few", few, few)
            held_many, most_many = _have_running(system, memory, "many", many - few, many)
            points = memory.points[:]
        share = _idle_share(system, interval)
    bench.keep(NAME, {"memory": points, "few": few, "many": many, "settled": [held_few, held_many]})
    megabytes = {
        f"pss_mb_at_{few}": round(held_few / MEGABYTE, 1),
        f"pss_mb_at_{many}": round(held_many / MEGABYTE, 1),
        "most_over_most": round(most_many / most_few, 3),
    }
    return [
        Measure(TARGETS["memory"], [held_many / held_few], megabytes),
        Measure(TARGETS["idle"], [share], {"jobs": many, "seconds": interval}),
    ]


def _have_running(
    system: System, memory: MemoryLog, name: str, more: int, count: int
) -> tuple[float, int]:
    """Have so many more Jobs run; return the memory once all is quiet, and the most till then."""
    say(f"memory: {more} more Jobs that run for ever, {count} in all")
    began = time.monotonic()
    bodies = messages.bodies(name, more, system.url, messages.FOR_EVER)
    system.queues[0].send(*bodies)
    system.wait_told(RUNNING, count, "told that they run")
    system.settle()
    held = memory.median_of(SAMPLE_SECONDS)
    say(f"  {held / MEGABYTE:.0f} MB")
    return held, memory.most_since(began)


def _idle_share(system: System, interval: int) -> float:
    """Return the share of a core that is used over a whole resync interval."""
    say(f"idle: CPU over {interval} s, which has one resync of each watch")
    began, used = time.monotonic(), system.of_runners()
    time.sleep(interval)
    share = (system.of_runners() - used) / (time.monotonic() - began)
    say(f"  {share:.2%} of a core")
    return share
