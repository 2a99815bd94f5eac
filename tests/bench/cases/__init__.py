"""One case per file: each sets up what it measures, measures it, and takes it down."""

from __future__ import annotations

from collections.abc import Callable

from ..bench import Bench
from ..measure import Measure
from . import flood, inflight, large, latency, replicas, throughput

CASES: dict[str, Callable[[Bench], list[Measure]]] = {
    one.NAME: one.run for one in (throughput, latency, flood, large, inflight, replicas)
}
