"""`make verify`: each part runs, what failed is shown, and the table tells one from the other."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from kit.command import chosen
from rich.console import Console

from verify import __main__ as command
from verify import table
from verify.parts import PARTS, Part


@pytest.fixture(autouse=True)
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "LOGS", tmp_path)
    return tmp_path


def part(name: str, script: str) -> Part:
    return Part(name, f"what {name} shows", (sys.executable, "-c", script), 1)


def test_a_part_that_passes_says_nothing_but_that(
    logs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = command.run(part("calm", "print('fine')"))

    assert result.passed
    assert "fine" not in capsys.readouterr().out
    assert (logs / "calm.log").read_text() == "fine\n"


def test_a_part_that_fails_is_shown_with_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    result = command.run(part("broken", "import sys; print('the reason'); sys.exit(3)"))

    assert not result.passed
    assert "the reason" in capsys.readouterr().out


def test_the_table_names_each_part_its_result_and_its_minutes() -> None:
    text = io.StringIO()
    results = [table.Result(part("calm", ""), 0, 90.0), table.Result(part("broken", ""), 3, 30.0)]

    table.show(results, Console(file=text, width=120))

    calm, broken = (
        next(line for line in text.getvalue().splitlines() if name in line)
        for name in ("what calm shows", "what broken shows")
    )
    assert "passed" in calm
    assert "1.5" in calm
    assert "failed (exit code 3)" in broken


def test_parts_are_chosen_by_name_and_a_name_that_there_is_not_is_an_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = [part.name for part in PARTS]

    assert chosen(command.parser(), None, names) == names
    assert chosen(command.parser(), "fuzz,oldest", names) == ["fuzz", "oldest"]
    with pytest.raises(SystemExit):
        chosen(command.parser(), "cars", names)
    assert "there is no cars; there are newest" in capsys.readouterr().err
