"""Large messages at once: what the runner, its runs and their files hold in memory."""

from __future__ import annotations

import yaml
from kit.paths import ROLES

from .. import messages
from ..bench import Bench
from ..callback_log import COMPLETE
from ..measure import TARGETS, Measure
from ..memory import MEGABYTE, MemoryLog
from ..progress import say
from ..system import System

NAME = "large"
COUNT, BYTES = 400, 200_000
GIBIBYTE = 2**30
DEPLOYED = ROLES / "deploy" / "defaults" / "main.yml"


def run(bench: Bench) -> list[Measure]:
    """Measure the most that is held from the first message to the last callback."""
    say(f"large: {COUNT} messages of {BYTES // 1000} KB at once")
    with System(bench.folder(NAME)) as system:
        groups = [runner.group for runner in system.runners]
        for body in messages.bodies("large", COUNT, system.url, fill=BYTES):
            system.queues[0].send(body)  # few of them fit into one request
        with MemoryLog(
            groups, lambda: system.callback_log.known(COMPLETE), system.temp_dir
        ) as memory:
            system.start_runners()
            system.wait_over(COUNT, "told their end")
            points = memory.points[:]
    most, limit = max(held for _, _, held in points), deployed_limit()
    bench.keep(NAME, {"memory": points, "limit": limit})
    say(f"  {most / MEGABYTE:.0f} MB at most, of {limit / MEGABYTE:.0f}")
    more = {"messages": COUNT, "kilobytes": BYTES // 1000, "mb": round(most / MEGABYTE, 1)}
    return [Measure(TARGETS["large_memory"], [most / limit], more)]


def deployed_limit() -> int:
    """Return the bytes that a runner may use where the role deploy's default deploys it."""
    limit = yaml.safe_load(DEPLOYED.read_text("utf-8"))["deploy_resources"]["limits"]["memory"]
    return int(limit.removesuffix("Gi")) * GIBIBYTE
