"""Messages on a second queue while a flood waits on the first: how soon their Jobs exist."""

from __future__ import annotations

import time

from .. import messages
from ..bench import Bench
from ..callback_log import COMPLETE, CREATED
from ..measure import TARGETS, Measure
from ..progress import Progress, say
from ..system import LOOK_SECONDS, System

NAME = "flood"
FIRST_SHARE = 0.05  # of the flood, told its end: the first message beside it is sent
LAST_SHARE = 0.75


def run(bench: Bench) -> list[Measure]:
    """Measure the worst of several messages that are spread over the flood."""
    count, beside = bench.sizes.flood, bench.sizes.beside
    say(f"flood: {count} messages on one queue, {beside} on another meanwhile")
    with System(bench.folder(NAME), queues=2) as system:
        system.queues[0].send(*messages.bodies("flood", count, system.url))
        started = system.start_runners()
        sent = _send_beside(system, count, beside)
        system.wait_over(count + beside, "told their end")
        told, ended = system.callback_log.moments(CREATED), system.callback_log.moments(COMPLETE)
    flood = max(at for one, at in ended.items() if one not in sent) - started
    latencies = [told[one] - at for one, at in sent.items()]
    bench.keep(NAME, {"flood": flood, "latencies": latencies})
    say(f"  the flood took {flood:.1f} s, the worst message beside it {max(latencies):.1f} s")
    more = {
        "flood_seconds": round(flood, 1),
        "shares": [round(one / flood, 3) for one in latencies],
    }
    return [Measure(TARGETS["flood_latency"], [max(latencies) / flood], more)]


def _send_beside(system: System, count: int, beside: int) -> dict[str, float]:
    """Send each once its share of the flood has been told its end; return when each was sent."""
    sent: dict[str, float] = {}
    progress = Progress("of the flood told their end", count)
    for number, body in enumerate(messages.bodies("beside", beside, system.url)):
        share = FIRST_SHARE + (LAST_SHARE - FIRST_SHARE) * number / max(1, beside - 1)
        while (done := system.callback_log.count(COMPLETE)) < share * count:
            system.check()
            progress.at(done)
            time.sleep(LOOK_SECONDS)
        sent[f"beside-{number}"] = time.monotonic()
        system.queues[1].send(body)
    return sent
