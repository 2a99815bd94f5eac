"""The parts of the driver that need no mutant: results, equivalents, the table and the staging."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
from kit.paths import ROOT, TESTS
from rich.console import Console

from mutants import equivalents, library, results, settings, staging, table
from mutants.equivalents import Equivalent
from mutants.results import Mutant
from mutants.table import Row

SOURCE = """\
def x_half__mutmut_orig(number):
    return number / 2


def x_half__mutmut_1(number):
    return number * 2


def x_half__mutmut_2(number):
    return number / 3


class Sum:
    def xǁSumǁadd__mutmut_orig(self, one=1):
        self.all += one

    def xǁSumǁadd__mutmut_1(self, one=2):
        self.all += one
"""
SPANS = {
    "x_half__mutmut_orig": [1, 2],
    "x_half__mutmut_1": [5, 6],
    "x_half__mutmut_2": [9, 10],
    "xǁSumǁadd__mutmut_orig": [14, 15],
    "xǁSumǁadd__mutmut_1": [17, 18],
}
DOUBLED = Mutant("part.module.half", "return number / 2", "return number * 2", survived=False)
THIRD = Mutant("part.module.half", "return number / 2", "return number / 3", survived=True)
FROM_TWO = Mutant(
    "part.module.Sum.add",
    "def xǁSumǁadd(self, one=1):",
    "def xǁSumǁadd(self, one=2):",
    survived=True,
)
SAME = Equivalent(THIRD.function, THIRD.before, THIRD.after, "numbers are even")


def mutated(folder: Path, **codes: int | None) -> Path:
    """A folder as mutmut leaves it, with the exit code of each mutant."""
    module = folder / "part" / "module.py"
    module.parent.mkdir()
    module.write_text(SOURCE, "utf-8")
    known = {f"a.b.{name}": code for name, code in codes.items()}
    meta = {"exit_code_by_key": known}
    module.with_name("module.py.meta").write_text(json.dumps(meta), "utf-8")
    spans = {"version": 1, "spans": SPANS}
    module.with_name("module.py.spans").write_text(json.dumps(spans), "utf-8")
    return folder


def test_each_mutant_is_its_function_the_lines_that_changed_and_its_fate(tmp_path: Path) -> None:
    codes = {"x_half__mutmut_1": 1, "x_half__mutmut_2": 0, "xǁSumǁadd__mutmut_1": 33}

    found = results.read(mutated(tmp_path, **codes))

    assert found == {"part.module": [DOUBLED, THIRD, FROM_TWO]}


@pytest.mark.parametrize("code", [-24, -11, 3, 36, 255])
def test_a_mutant_that_runs_for_ever_or_crashes_is_noticed(tmp_path: Path, code: int) -> None:
    (only,) = results.read(mutated(tmp_path, x_half__mutmut_1=code))["part.module"]

    assert not only.survived


def test_a_mutant_that_was_not_tried_is_a_failure_of_the_run(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="x_half__mutmut_1"):
        results.read(mutated(tmp_path, x_half__mutmut_1=None))


def test_a_dropped_line_becomes_nothing() -> None:
    assert results.difference(["f(", "  a,", "  b,", ")"], ["f(", "  b,", ")"]) == ("a,", "")


def test_the_list_explains_survivors() -> None:
    assert equivalents.explained([THIRD, FROM_TWO], [SAME]) == {THIRD}
    equivalents.demand_current([THIRD, FROM_TWO], [SAME])


@pytest.mark.parametrize("survivors", [[], [FROM_TWO]])
def test_an_entry_that_explains_no_survivor_is_stale(survivors: list[Mutant]) -> None:
    with pytest.raises(equivalents.Stale, match=r"part\.module\.half"):
        equivalents.demand_current(survivors, [SAME])


def test_each_entry_of_the_list_that_ships_has_a_reason_and_is_there_once() -> None:
    listed = equivalents.read()

    assert all(one.why for one in listed)
    assert len({(one.function, one.line, one.becomes) for one in listed}) == len(listed)


def test_an_equivalent_mutant_counts_neither_as_killed_nor_as_survivor() -> None:
    (row,) = library.rows({"part.module": [DOUBLED, THIRD, FROM_TWO]}, [SAME])

    assert row == Row("part.module", 3, 1, 1, (str(FROM_TWO),))
    assert table.percent([row]) == 50.0


def test_the_table_ends_with_the_sum_and_names_the_survivors() -> None:
    console = Console(width=80, file=io.StringIO(), record=True)

    table.show([Row("one", 3, 1, 1, ("one.f: a -> b",)), Row("two", 1, 1)], console)

    *_, last, _, survivor = console.export_text().rstrip().splitlines()
    assert last.replace("│", "").split() == ["all", "4", "2", "1", "1", "66.7"]
    assert survivor == "survived: one.f: a -> b"


def test_without_a_mutant_nothing_is_left_to_kill() -> None:
    assert table.percent([]) == 100.0


def test_a_copy_of_the_checkout_has_its_links_and_nothing_that_git_ignores(tmp_path: Path) -> None:
    copy = staging.stage(tmp_path / "copy")

    link = copy / "collections" / settings.COLLECTION
    assert link.is_symlink()
    assert link.resolve() == copy
    assert not (copy / ".venv").exists()


def test_the_files_that_are_left_out_are_there() -> None:
    library_folder = ROOT / settings.LIBRARY

    assert all((library_folder / name).is_file() for name in settings.OUTSIDE)
    unit_tests = {path.name for path in (TESTS / "unit").rglob("test_*.py")}
    assert set(settings.NOT_RUN) <= unit_tests


def test_the_mutants_are_where_the_tests_import_them_from(tmp_path: Path) -> None:
    mutated_folder = library.prepare(tmp_path / "work")

    imported = tmp_path / "work" / "mutants" / settings.LIBRARY / "message/read.py"
    assert imported.resolve() == mutated_folder / "message/read.py"
    source = tmp_path / "work" / settings.COLLECTION / settings.LIBRARY / "message/read.py"
    assert source.stat().st_mtime == imported.stat().st_mtime
    shutil.rmtree(tmp_path / "work")
