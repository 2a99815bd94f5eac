"""docs/explanation/architecture.md: each file that it names for a decision is there."""

import re
from pathlib import PurePosixPath

import pytest
from kit.paths import ROOT

TEXT = (ROOT / "docs/explanation/architecture.md").read_text("utf-8")
ROWS = re.findall(r"^\| (.+\?) \| (`.+`) \|$", TEXT, re.MULTILINE)


@pytest.mark.parametrize(("question", "files"), ROWS, ids=[question for question, _ in ROWS])
def test_the_file_that_answers_a_question_is_there(question, files):
    first, *others = (PurePosixPath(one) for one in re.findall("`([^`]+)`", files))

    assert (ROOT / first).exists(), question
    for name in others:
        beside = [first.parent, first] if (ROOT / first).is_dir() else [first.parent]
        assert any((ROOT / folder / name).exists() for folder in beside), name


def test_there_are_questions():
    assert len(ROWS) > 10
