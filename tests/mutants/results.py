"""The results of a run of mutmut, as the files beside its mutated sources hold them."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# The exit codes of pytest for a mutant: every test passed, no test ran, no test reaches it.
SURVIVED = (0, 5, 33)
UNCHECKED = (None, 2)  # not tried yet, interrupted
SEPARATOR = "ǁ"  # between the parts of a method's name


@dataclass(frozen=True)
class Mutant:
    """One change of one function, and whether the tests noticed."""

    function: str  # with its class, and with its module below the folder
    before: str  # the lines that were changed, without their indentation
    after: str
    survived: bool

    def __str__(self) -> str:
        return f"{self.function}: {self.before or '(nothing)'} -> {self.after or '(nothing)'}"


def read(folder: Path) -> dict[str, list[Mutant]]:
    """Return the mutants of each module of a folder that mutmut has mutated."""
    found = {}
    for meta in sorted(folder.rglob("*.py.meta")):
        module = ".".join(meta.relative_to(folder).with_suffix("").with_suffix("").parts)
        found[module] = list(_mutants(module, meta))
    return found


def _mutants(module: str, meta: Path) -> Iterator[Mutant]:
    codes = json.loads(meta.read_text("utf-8"))["exit_code_by_key"]
    lines = meta.with_suffix("").read_text("utf-8").splitlines()
    spans = json.loads(meta.with_suffix(".spans").read_text("utf-8"))["spans"]
    sources = {name: lines[first - 1 : last] for name, (first, last) in spans.items()}
    for key, code in codes.items():
        if code in UNCHECKED:
            raise RuntimeError(f"mutmut did not come to an end with {key}")
        name = key.rpartition(".")[2]
        mangled = name.partition("__mutmut_")[0]
        change = difference(sources[f"{mangled}__mutmut_orig"], sources[name])
        yield Mutant(f"{module}.{function(mangled)}", *change, code in SURVIVED)


def function(mangled: str) -> str:
    """Return a function's name as it is written, given the name that mutmut gives it."""
    parts = [part for part in mangled.split(SEPARATOR) if part]
    return mangled.removeprefix("x_") if len(parts) == 1 else ".".join(parts[1:])


def difference(original: list[str], mutated: list[str]) -> tuple[str, str]:
    """Return the lines that differ, as they were and as they are."""
    changes = list(difflib.ndiff(_plain(original), _plain(mutated)))
    return _lines("- ", changes), _lines("+ ", changes)


def _plain(source: list[str]) -> list[str]:
    return [re.sub(r"__mutmut_\w+(?=\()", "", line).strip() for line in source]


def _lines(mark: str, changes: list[str]) -> str:
    return "\n".join(line[len(mark) :] for line in changes if line.startswith(mark))
