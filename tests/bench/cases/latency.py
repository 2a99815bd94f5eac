"""Light load: how soon a caller hears that its Job exists, in starts of an `ansible-playbook`."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from .. import messages
from ..bench import Bench
from ..callback_log import CREATED
from ..measure import TARGETS, Measure
from ..progress import Progress, say
from ..system import System

NAME = "latency"
NOTHING = "- hosts: localhost\n  gather_facts: false\n"  # the emptiest playbook
WARM_UP = 1


def run(bench: Bench) -> list[Measure]:
    """Measure an empty playbook before and after, and the messages between."""
    sizes = bench.sizes
    with System(bench.folder(NAME)) as system:
        playbook = system.folder / "nothing.yml"
        playbook.write_text(NOTHING, "utf-8")
        starts = _starts(playbook, sizes.starts // 2)
        system.start_runners()
        _one_by_one(system, "warm", WARM_UP, 0.0)
        system.settle()
        latencies = _one_by_one(system, "light", sizes.latencies, sizes.latency_pause)
        system.settle()
        starts += _starts(playbook, sizes.starts - sizes.starts // 2)
    start = statistics.median(starts)
    in_starts = sorted(one / start for one in latencies)
    bench.keep(NAME, {"latencies": latencies, "starts": starts, "in_starts": in_starts})
    say(f"  median {statistics.median(latencies):.2f} s; an empty playbook takes {start:.2f} s")
    more = {"playbook_seconds": round(start, 3), "messages": len(latencies)}
    return [
        Measure(TARGETS["latency_p50"], [percentile(in_starts, 0.50)], more),
        Measure(TARGETS["latency_p99"], [percentile(in_starts, 0.99)], more),
    ]


def percentile(values: list[float], share: float) -> float:
    """Return the smallest value that so large a share of all does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def _one_by_one(system: System, name: str, count: int, pause: float) -> list[float]:
    """Send messages with a pause between; return how long each took to its status 0."""
    sent: dict[str, float] = {}
    progress = Progress("sent", count)
    known = system.callback_log.count(CREATED)
    for number, body in enumerate(messages.bodies(name, count, system.url)):
        due = time.monotonic() + pause
        sent[f"{name}-{number}"] = time.monotonic()
        system.queues[0].send(body)
        progress.at(number + 1, f" (told 0: {system.callback_log.count(CREATED) - known})")
        time.sleep(max(0.0, due - time.monotonic()))
    system.wait_told(CREATED, known + count, "told that their Jobs exist")
    told = system.callback_log.moments(CREATED)
    return [told[one] - at for one, at in sent.items()]


def _starts(playbook: Path, count: int) -> list[float]:
    """Return how long each start of an empty playbook takes."""
    say(f"latency: an empty ansible-playbook, {count} times")
    command = [str(Path(sys.executable).with_name("ansible-playbook")), str(playbook)]
    environment = {**os.environ, "ANSIBLE_LOCALHOST_WARNING": "false"}
    found = []
    for _ in range(count):
        began = time.monotonic()
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        found.append(time.monotonic() - began)
    return found
