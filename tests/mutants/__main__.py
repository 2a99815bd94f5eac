"""Command line: put faults into the code, and say by the exit code whether tests notice them."""

from __future__ import annotations

import argparse
import importlib
import sys

from kit import command

from . import staging, table

PARTS = ("library", "faults")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m mutants", description=__doc__)
    top.add_argument("--only", metavar="PARTS", help=f"some of {','.join(PARTS)}")
    return top


def main(arguments: list[str]) -> int:
    """The exit code."""
    top = parser()
    options = top.parse_args(arguments)
    names = command.chosen(top, options.only, PARTS)
    command.end_on_sigterm()
    try:
        reached = [run(name) for name in names]
    except (RuntimeError, OSError, ValueError) as error:
        print(f"the run itself failed: {error}", flush=True)
        return command.FAILED
    return command.HOLDS if all(reached) else command.BROKEN


def run(name: str) -> bool:
    """Run a part; tell whether the tests kill enough of its mutants."""
    part = importlib.import_module(f"mutants.{name}")
    rows = part.run(staging.BUILD / name)
    table.show(rows)
    share = table.percent(rows)
    print(f"{name}: {share:.1f} % of the mutants killed, {part.FLOOR:g} % asked for", flush=True)
    return bool(share >= part.FLOOR)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
