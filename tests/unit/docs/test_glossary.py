"""The glossary's words are those of the code: what it has replaced stands in no name."""

import ast
import re

import pytest
from kit.paths import DOCS, ROOT

ROWS = re.findall(
    r"^\|.*\| ([^|]*) \|$", (DOCS / "reference/glossary.md").read_text(), re.MULTILINE
)
REPLACED = {word for row in ROWS[2:] for word in row.split(", ") if word.strip()}


def names(file):
    """A file's name, and those of its classes and its public functions and methods."""
    yield file.name.partition(".")[0]
    if file.suffix != ".py":
        return
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name


def words(name):
    return {one.lower() for one in re.findall("[A-Z]?[a-z]+", name)}


FOLDERS = (
    "runner/sqs_k8s_jobs/**/*.py",
    "plugins/**/*.py",
    "plugins/*/*.yml",
    "playbooks/*.yml",
    "roles/*/tasks/**/*.yml",
    "roles/*/templates/*.j2",
)
FILES = [
    file for folder in FOLDERS for file in sorted(ROOT.glob(folder)) if file.stem != "__init__"
]


def test_the_glossary_names_words_that_it_has_replaced():
    assert {"wanted", "hand", "seen"} <= REPLACED


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_name_has_a_word_that_the_glossary_has_replaced(file):
    assert [one for one in names(file) if words(one) & REPLACED] == []
