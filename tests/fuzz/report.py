"""Printed output: a line now and then, and a table at the end."""

from __future__ import annotations

import time
from pathlib import Path

from fuzz.turn import Turn

PAUSE = 10.0  # seconds between two lines
HEADS = ("target", "seconds", "executions", "exec/s", "new coverage", "corpus", "findings")


class Progress:
    """Prints how a turn goes, every now and then."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, turn: Turn) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + PAUSE
        print(
            f"[{turn.seconds:5.0f} s] {turn.target}: {turn.executions} executions,"
            f" coverage {turn.coverage}, corpus {turn.corpus}",
            flush=True,
        )


def table(turns: list[Turn]) -> list[str]:
    """Return the lines of the table, and how to see again what was found."""
    rows = [HEADS, *map(_row, turns)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    for turn in turns:
        lines += [f"{turn.target}: {turn.failed}"] if turn.failed else []
        for one in turn.findings:
            lines += [f"found: {_shown(one)}"]
            lines += [f"again: PYTHONPATH=tests python -m fuzz {turn.target} {_shown(one)}"]
    return ["", *lines]


def _row(turn: Turn) -> tuple[str, ...]:
    return (
        *(turn.target, f"{turn.seconds:.0f}", str(turn.executions)),
        f"{turn.executions / max(turn.seconds, 1):.0f}",
        f"{turn.gained} of {turn.coverage}",
        *(str(turn.corpus), str(len(turn.findings))),
    )


def _shown(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
