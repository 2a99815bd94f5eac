"""Command line: put faults into the code, and say by the exit code whether tests notice them."""

from __future__ import annotations

import argparse
import importlib
import signal
import sys
from types import FrameType

from . import staging, table

PARTS = ("library", "faults")
KILLED, SURVIVED, FAILED = 0, 1, 2


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m mutants", description=__doc__)
    top.add_argument("--only", metavar="PARTS", help=f"some of {','.join(PARTS)}")
    return top


def main(arguments: list[str]) -> int:
    """The exit code."""
    top = parser()
    options = top.parse_args(arguments)
    names = options.only.split(",") if options.only else list(PARTS)
    if unknown := [name for name in names if name not in PARTS]:
        top.error(f"there is no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    signal.signal(signal.SIGTERM, _stop)
    try:
        reached = [run(name) for name in names]
    except (RuntimeError, OSError, ValueError) as error:
        print(f"the run itself failed: {error}", flush=True)
        return FAILED
    return KILLED if all(reached) else SURVIVED


def run(name: str) -> bool:
    """Whether the tests kill as many mutants of a part as they have to."""
    part = importlib.import_module(f"mutants.{name}")
    rows = part.run(staging.BUILD / name)
    table.show(rows)
    share = table.percent(rows)
    print(f"{name}: {share:.1f} % of the mutants killed, {part.FLOOR:g} % asked for", flush=True)
    return bool(share >= part.FLOOR)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
