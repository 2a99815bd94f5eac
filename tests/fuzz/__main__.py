"""Command line: fuzz every target for a while, or run one target on one input again."""

from __future__ import annotations

import argparse
import signal
import sys
import traceback
from pathlib import Path

from kit import command

from fuzz import report
from fuzz.targets import TARGETS

SECONDS = 600


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    top.add_argument("target", nargs="?", choices=list(TARGETS), help="only this one")
    top.add_argument("file", nargs="?", type=Path, help="run the target once, on this input")
    top.add_argument(
        "--seconds",
        type=int,
        default=SECONDS,
        help="of all targets together (default: %(default)s)",
    )
    return top


def main(arguments: list[str]) -> int:
    """Return the exit code."""
    options = parser().parse_args(arguments)
    command.end_on_sigterm()
    if options.file:
        return again(options.target, options.file)
    names = [options.target] if options.target else list(TARGETS)
    try:
        return fuzz_all(names, max(1, options.seconds // len(names)))
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def again(name: str, file: Path) -> int:
    """Run a target on one input, as it is in a file."""
    try:
        TARGETS[name](file.read_bytes())
    except Exception:
        traceback.print_exc()
        print(f"{name} still breaks on {file}")
        return command.BROKEN
    print(f"{name} takes {file}")
    return command.HOLDS


def fuzz_all(names: list[str], seconds: int) -> int:
    """Fuzz targets one after the other, each for so long."""
    try:
        from fuzz import campaign
    except ImportError as exc:
        print(f"atheris is not there ({exc}): hypothesis alone looks, which finds less", flush=True)
        from fuzz import without_atheris

        turns = [without_atheris.explore(name, seconds) for name in names]
    else:
        say = report.Progress()
        turns = [campaign.run(name, seconds, campaign.BUILD / name, say) for name in names]
    print("\n".join(report.table(turns)), flush=True)
    if any(turn.failed for turn in turns):
        return command.FAILED
    return command.BROKEN if any(turn.findings for turn in turns) else command.HOLDS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
