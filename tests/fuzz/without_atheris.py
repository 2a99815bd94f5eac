"""Fuzzing by hypothesis in the same time, if there is no atheris."""

from __future__ import annotations

import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as with_seed
from kit.paths import ROOT

from fuzz.strategies import inputs
from fuzz.targets import TARGETS
from fuzz.turn import Turn

BUILD = ROOT / "build" / "fuzz"
AT_ONCE = 500  # examples


def explore(name: str, seconds: float, folder: Path | None = None) -> Turn:
    """Try a target on hypothesis' inputs for so long, or until something is found."""
    turn, last = Turn(name), b""

    @settings(
        max_examples=AT_ONCE,
        deadline=None,
        database=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(inputs(name))
    def tried(data: bytes) -> None:
        nonlocal last
        last = data
        turn.executions += 1
        TARGETS[name](data)

    try:
        while time.monotonic() - turn.began < seconds:
            with_seed(turn.executions)(tried)()
    except Exception:
        turn.findings.append(_kept(last, folder or BUILD / name))
    turn.seconds = time.monotonic() - turn.began
    return turn


def _kept(data: bytes, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "crash-hypothesis"
    file.write_bytes(data)
    return file
