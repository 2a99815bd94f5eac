"""The faults that were made by hand: the index is whole, and a verdict rests on failed tests."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kit.paths import ROOT

from mutants import faults, index
from mutants.index import FOLDER, Fault
from mutants.table import percent
from mutants.trial import Result, Trial

FAULTS = index.read()
ONE = Fault("01-one", "a promise", ("tests/unit/test_a.py::test_a",))
NOTICED = "FAILED tests/unit/test_a.py::test_a[1-x] - AssertionError: no\n1 failed in 0.10s\n"
NO_FIXTURE = "ERROR tests/unit/test_a.py::test_a - no cluster\n1 error in 0.10s\n"


def test_there_are_many() -> None:
    assert len(FAULTS) >= 30


def test_each_patch_has_an_entry_and_each_entry_a_patch() -> None:
    assert sorted(path.name for path in FOLDER.iterdir() if path != index.INDEX) == [
        fault.patch.name for fault in FAULTS
    ]


def test_each_is_another_fault_that_breaks_another_promise() -> None:
    assert len({fault.patch.read_text("utf-8") for fault in FAULTS}) == len(FAULTS)
    assert [fault.name for fault in FAULTS if not fault.breaks] == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_applies_to_the_product_as_it_is(fault: Fault) -> None:
    assert index.outdated(fault) == "", index.ADVICE

    patch = fault.patch.read_text("utf-8")
    changed = [line[6:] for line in patch.splitlines() if line.startswith("+++ b/")]
    assert [name for name in changed if name.startswith(("tests/", "docs/"))] == []
    assert changed


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_names_tests_that_are_there(fault: Fault) -> None:
    assert fault.caught_by
    for test in fault.caught_by:
        file, _, name = test.partition("::")
        assert f"def {name.partition('[')[0]}" in (ROOT / file).read_text("utf-8"), test


def test_a_fault_is_named_by_its_name_or_its_number() -> None:
    assert index.named("01-one", [ONE]) == index.named("01", [ONE]) == ONE
    with pytest.raises(ValueError, match="there is no fault 02"):
        index.named("02", [ONE])


def test_a_test_runs_once_without_a_fault_however_many_faults_name_it() -> None:
    file = Fault("02-file", "a promise", ("tests/unit/test_a.py",))
    other = Fault("03-other", "a promise", ("tests/unit/test_b.py::test_b",))

    assert index.tests([ONE, other, ONE]) == [*ONE.caught_by, *other.caught_by]
    assert index.tests([ONE, file]) == ["tests/unit/test_a.py"]


def test_a_patch_that_does_not_apply_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "01-one.patch").write_text(
        "--- a/README.md\n+++ b/README.md\n@@ -1,1 +1,1 @@\n-nowhere\n+somewhere\n"
    )
    monkeypatch.setattr(index, "FOLDER", tmp_path)

    with pytest.raises(ValueError, match=r"git diff(.|\n)*01-one\.patch: error: patch failed"):
        index.demand_current([ONE])


def test_a_fault_is_caught_by_the_first_test_that_fails() -> None:
    verdict = faults.judge(ONE, Result(1, NOTICED, 2.4))

    assert verdict.caught_by == "tests/unit/test_a.py::test_a"
    assert str(verdict) == "01-one: caught by tests/unit/test_a.py::test_a (2 s)"


def test_a_fault_with_which_all_tests_pass_is_not_caught() -> None:
    verdict = faults.judge(ONE, Result(0, "1 passed in 0.10s\n", 2.4))

    assert str(verdict) == "01-one: NOT CAUGHT (2 s)"


@pytest.mark.parametrize("result", [(1, NO_FIXTURE), (2, ""), (4, "not found"), (5, ""), (-9, "")])
def test_tests_that_could_not_be_run_say_nothing_of_a_fault(result: tuple[int, str]) -> None:
    code, output = result

    with pytest.raises(RuntimeError, match="the tests of 01-one could not be run"):
        faults.judge(ONE, Result(code, output, 2.4))


def test_what_was_not_caught_is_a_survivor_with_its_promise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = [faults.Verdict(ONE, "tests/unit/test_a.py::test_a", 1), faults.Verdict(ONE, "", 1)]
    monkeypatch.setattr(faults, "verdicts", lambda *_: iter(found))

    rows = faults.run(tmp_path)

    assert percent(rows) == 50
    assert [row.survivors for row in rows] == [(), ("01-one: a promise",)]


@pytest.mark.parametrize(
    ("became", "code"),
    [("tests/unit/test_a.py::test_a", 0), ("", 1), (ValueError("stale"), 1), (RuntimeError(), 2)],
)
def test_the_exit_code_says_whether_each_was_caught(
    became: Any, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def verdicts(chosen: list[Fault], _folder: Path) -> Iterator[faults.Verdict]:
        assert [one.name for one in chosen] == [FAULTS[0].name]
        if isinstance(became, Exception):
            raise became
        yield faults.Verdict(chosen[0], became, 1.0)

    monkeypatch.setattr(faults, "verdicts", verdicts)

    assert faults.main(["--fault", FAULTS[0].name]) == code


def test_a_copy_has_the_fault_and_the_checkout_has_not(tmp_path: Path) -> None:
    fault = next(one for one in FAULTS if one.name.endswith("hidden-too-briefly"))
    trial = Trial(tmp_path / "copy")
    trial.demand_own_code()

    trial.apply(fault.patch)

    name = "runner/sqs_k8s_jobs/in_flight/visibility.py"
    assert (tmp_path / "copy" / name).read_text("utf-8") != (ROOT / name).read_text("utf-8")
    applied = ["git", "apply", "--check", "--reverse", str(fault.patch)]
    assert subprocess.run(applied, cwd=ROOT, capture_output=True, check=False).returncode != 0
