"""Running the bare API client as a program of its own, on a control plane of its own."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cluster import ClusterError
from cluster.guard import until
from cluster.process import Process
from kit.paths import TESTS

from .messages import as_created
from .plane import Plane, since

PATIENCE = 900.0


@dataclass(frozen=True)
class BareRun:
    """A run's result: moments in seconds after its start, CPU seconds by name."""

    created: list[float]
    complete: list[float]
    used: dict[str, float]

    @property
    def rate(self) -> float:
        """Jobs per second, from the first request to the last Job's completion."""
        return len(self.complete) / max(self.complete)


def run(folder: Path, jobs: list[dict[str, Any]]) -> BareRun:
    """Create the same Jobs on a fresh control plane, and wait until all are complete."""
    with Plane(folder) as plane:
        manifests, result = folder / "manifests.jsonl", folder / "bare.json"
        manifests.write_text("\n".join(json.dumps(as_created(job)) for job in jobs), "utf-8")
        command = [*plane.account("bare-client").prefix(), sys.executable, "-m", "bench.bare"]
        command += [str(path) for path in (plane.cluster.kubeconfig, manifests, result)]
        before = plane.cpu_seconds()
        process = Process(
            "bare client",
            command,
            folder / "bare.log",
            plane.undo,
            {**os.environ, "PYTHONPATH": str(TESTS)},
        )
        process.start()
        if not until(lambda: not process.alive, PATIENCE) or not result.exists():
            raise ClusterError(f"the bare client failed:\n{process.tail()}")
        used = since(before, plane.cpu_seconds())
        known = json.loads(result.read_text("utf-8"))
    return BareRun(
        sorted(at - known["started"] for at in known["created"]),
        sorted(at - known["started"] for at in known["complete"]),
        used,
    )
