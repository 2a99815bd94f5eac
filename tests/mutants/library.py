"""The collection's own library: mutmut changes its functions, and the unit tests have to notice."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

from . import equivalents, results, settings, staging, table
from .results import Mutant
from .table import Row

FLOOR = 90.0  # percent
MEMORY = 4 << 30  # bytes: a mutant may loop, and take memory in each turn


def run(folder: Path) -> list[Row]:
    """Return a row for each module; raise RuntimeError if mutmut cannot be run."""
    mutated = prepare(folder)
    _mutmut(folder)
    found, listed = results.read(mutated), equivalents.read()
    try:
        equivalents.demand_current(_survivors(found), listed)
    except equivalents.Stale:
        table.show(rows(found, listed))
        raise
    return rows(found, listed)


def prepare(folder: Path) -> Path:
    """Make a folder for mutmut to work in; return where it is going to put the mutants.

    The tests run in a copy of the checkout. mutmut tells its mutants by the names of their
    modules and derives these from paths, so the library moves to where the path says the name.
    """
    shutil.rmtree(folder, ignore_errors=True)
    copy = staging.stage(folder / "mutants")
    mutated = copy / settings.COLLECTION / settings.LIBRARY
    mutated.parent.mkdir(parents=True)
    (copy / settings.LIBRARY).rename(mutated)
    (copy / settings.LIBRARY).symlink_to(mutated)
    # mutmut makes mutants of a copy that is as old as its source.
    shutil.copytree(mutated, folder / settings.COLLECTION / settings.LIBRARY)
    (folder / "setup.cfg").write_text(settings.configuration(copy), "utf-8")
    return mutated


def rows(found: dict[str, list[Mutant]], listed: list[equivalents.Equivalent]) -> list[Row]:
    """Return what became of each module's mutants."""
    explained = equivalents.explained(_survivors(found), listed)
    return [_row(module, mutants, explained) for module, mutants in found.items() if mutants]


def _survivors(found: dict[str, list[Mutant]]) -> list[Mutant]:
    return [one for mutants in found.values() for one in mutants if one.survived]


def _row(module: str, mutants: list[Mutant], explained: set[Mutant]) -> Row:
    survivors = [one for one in mutants if one.survived]
    unexplained = tuple(str(one) for one in survivors if one not in explained)
    return Row(
        module,
        len(mutants),
        len(mutants) - len(survivors),
        len(survivors) - len(unexplained),
        unexplained,
    )


def _mutmut(folder: Path) -> None:
    variables = {
        "PYTHONPATH": str(folder / "mutants" / "tests"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # it costs more than most tests
    }
    workers = str(min(2, os.cpu_count() or 1))
    done = subprocess.run(
        [sys.executable, "-m", "mutmut", "run", "--max-children", workers],
        cwd=folder,
        env={**os.environ, **variables},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"mutmut ended with exit code {done.returncode}")
