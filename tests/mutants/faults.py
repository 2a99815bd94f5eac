"""Faults that were made by hand, where no library makes any: roles, templates, the runner's wiring.

Each is a patch in `faults/`. Its tests pass without it, and one of them has to fail with it:
`python -m mutants.faults`, and with `--fault NAME` one fault alone.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from . import index, staging
from .index import Fault
from .table import Row
from .trial import FAILED, PASSED, Result, Trial

FLOOR = 100.0  # percent


@dataclass(frozen=True)
class Verdict:
    """A fault, and the test that noticed it; empty where none did."""

    fault: Fault
    caught_by: str
    seconds: float

    def __str__(self) -> str:
        said = f"caught by {self.caught_by}" if self.caught_by else "NOT CAUGHT"
        return f"{self.fault.name}: {said} ({self.seconds:.0f} s)"


def run(folder: Path) -> list[Row]:
    """Return a row for each fault."""
    return [_row(verdict) for verdict in verdicts(index.read(), folder)]


def verdicts(faults: Sequence[Fault], folder: Path) -> Iterator[Verdict]:
    """Try one fault after the other, and print what became of it.

    Raises ValueError where a patch does not apply, and RuntimeError where tests cannot be run.
    """
    index.demand_current(faults)
    demand_passing(index.tests(faults), folder / "sound")
    for fault in faults:
        verdict = judge(fault, tried(fault, folder / fault.name))
        print(verdict, flush=True)
        yield verdict


def demand_passing(tests: Sequence[str], folder: Path) -> None:
    """Raise RuntimeError unless these tests pass without a fault."""
    trial = Trial(folder)
    trial.demand_own_code()
    result = trial.run(tests)
    if result.code != PASSED:
        raise RuntimeError(f"these tests do not pass without a fault:\n{result.shown}")
    print(f"without a fault the tests pass ({result.seconds:.0f} s)", flush=True)
    shutil.rmtree(folder)


def tried(fault: Fault, folder: Path) -> Result:
    """Return the end of a fault's tests in a copy that has it; FOLDER.log keeps their output."""
    trial = Trial(folder)
    trial.apply(fault.patch)
    result = trial.run(fault.caught_by, "-x")
    folder.with_name(f"{folder.name}.log").write_text(result.output, "utf-8")
    shutil.rmtree(folder)
    return result


def judge(fault: Fault, result: Result) -> Verdict:
    """Return what a run says of its fault; raise RuntimeError where it says nothing."""
    if result.code not in (PASSED, FAILED) or (result.code == FAILED and not result.failures):
        raise RuntimeError(f"the tests of {fault.name} could not be run:\n{result.shown}")
    return Verdict(fault, next(iter(result.failures), ""), result.seconds)


def _row(verdict: Verdict) -> Row:
    fault = verdict.fault
    if verdict.caught_by:
        return Row(fault.name, 1, 1)
    return Row(fault.name, 1, 0, survivors=(f"{fault.name}: {fault.breaks}",))


def table(found: Sequence[Verdict]) -> Table:
    """Return the table of what became of each fault."""
    drawn = Table("fault", "what it breaks", "caught by", "seconds")
    drawn.columns[-1].justify = "right"
    for one in found:
        caught = one.caught_by.partition("::")[2] or "-"
        drawn.add_row(one.fault.name, one.fault.breaks, caught, f"{one.seconds:.0f}")
    return drawn


def main(arguments: Sequence[str]) -> int:
    """Return 0 if each fault is caught, 1 if one is not or is out of date, 2 where it broke."""
    parser = argparse.ArgumentParser(prog="python -m mutants.faults", description=__doc__)
    parser.add_argument("--fault", metavar="NAME", help="this one alone; its number will do")
    wanted = parser.parse_args(arguments).fault
    try:
        known = index.read()
        chosen = [index.named(wanted, known)] if wanted else known
        found = list(verdicts(chosen, staging.BUILD / "faults"))
    except ValueError as error:
        print(error)
        return 1
    except RuntimeError as error:
        print(error)
        return 2
    Console().print(table(found))
    return 0 if all(one.caught_by for one in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
