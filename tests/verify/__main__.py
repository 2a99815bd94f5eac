"""Command line: run the parts one after the other, each with its log, and print the table."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

from kit import command
from kit.paths import BUILD, ROOT
from kit.progress import said_by
from versions import matrix

from .parts import PARTS, STACKS, Part
from .table import Result, show

LOGS = BUILD / "verify"
HEARTBEAT_SECONDS = 60.0
TAIL = 60  # lines of a part that failed
STOP_SECONDS = 60.0

say = said_by("verify")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    names = ",".join(part.name for part in PARTS)
    top = argparse.ArgumentParser(prog="verify", description=__doc__)
    top.add_argument("--only", metavar="NAMES", help=f"some of {names}")
    return top


def run(part: Part) -> Result:
    """Run a part to its end; what it says is in its log, and its end here where it failed."""
    log = LOGS / f"{part.name}.log"
    say(f"{part.name}: {part.shows} (about {part.minutes} min; {log.relative_to(ROOT)})")
    started = time.monotonic()
    with log.open("wb") as stream:
        process = subprocess.Popen(
            part.command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream
        )
        exit_code = _wait(process, part)
    result = Result(part, exit_code, time.monotonic() - started)
    say(f"{part.name}: {result.text} after {result.seconds / 60:.1f} min")
    if not result.passed:
        print("\n".join(log.read_text("utf-8", "replace").splitlines()[-TAIL:]), flush=True)
    return result


def _wait(process: subprocess.Popen[bytes], part: Part) -> int:
    """Return the exit code, with a line now and then; what is cut short ends its part too."""
    started = time.monotonic()
    while True:
        try:
            return process.wait(HEARTBEAT_SECONDS)
        except subprocess.TimeoutExpired:
            say(f"  {part.name} still runs, {(time.monotonic() - started) / 60:.0f} min")
        except BaseException:
            process.send_signal(signal.SIGINT)
            process.wait(STOP_SECONDS)
            raise


def main(arguments: Sequence[str]) -> int:
    """The exit code."""
    top = parser()
    options = top.parse_args(arguments)
    known = {part.name: part for part in PARTS}
    parts = [known[name] for name in command.chosen(top, options.only, known)]
    command.end_on_sigterm()
    LOGS.mkdir(parents=True, exist_ok=True)
    results = [run(part) for part in parts]
    show(results)
    rows = [matrix.read(one, LOGS) for one in STACKS if one.name in {part.name for part in parts}]
    if rows:
        matrix.show(rows)
    return command.HOLDS if all(one.passed for one in results) else command.BROKEN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
