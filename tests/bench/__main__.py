"""Command line: measure, show, and say by the exit code whether every target holds."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from cluster import ClusterError
from kit import command
from kit.paths import BUILD

from . import cgroups, plots, table
from .bench import Bench
from .cases import CASES
from .measure import Measure
from .progress import say
from .sizes import FULL, SMALL


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="bench", description=__doc__)
    top.add_argument("--only", metavar="NAMES", help=f"some of {','.join(CASES)}")
    top.add_argument("--small", action="store_true", help="small numbers, for quick work")
    top.add_argument("--state", metavar="DIR", type=Path, help="keep the systems' logs here")
    top.add_argument("--build", metavar="DIR", type=Path, default=BUILD, help="for the results")
    return top


def main(arguments: list[str]) -> int:
    """The exit code."""
    top = parser()
    options = top.parse_args(arguments)
    names = command.chosen(top, options.only, CASES)
    if reason := cgroups.why_not():
        say(f"CPU cannot be accounted here: {reason}")
        return command.FAILED
    command.end_on_sigterm()
    state = (options.state or Path(tempfile.mkdtemp(prefix="bench-"))).absolute()
    shutil.rmtree(options.build / "bench", ignore_errors=True)  # of an earlier run
    bench = Bench(SMALL if options.small else FULL, state, options.build / "bench")
    try:
        measures = [one for name in names for one in CASES[name](bench)]
    except (ClusterError, RuntimeError, OSError) as error:
        say(f"the run itself failed: {error}; see {state}")
        return command.FAILED
    if not options.state:
        shutil.rmtree(state, ignore_errors=True)
    plots.draw(bench.results)
    return _judge(measures, options.build)


def _judge(measures: list[Measure], build: Path) -> int:
    table.write(measures, build / "bench.json")
    print()
    table.show(measures)
    say(f"the figures are in {build / 'bench.json'}, the plots in {build / 'bench'}")
    return command.HOLDS if all(one.holds for one in measures) else command.BROKEN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
