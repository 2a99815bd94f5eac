"""The list of mutants that no test can kill, as they behave like the code itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from .results import Mutant

LIST = Path(__file__).with_name("equivalents.yml")


class Stale(ValueError):
    """An entry of the list explains no survivor."""


@dataclass(frozen=True)
class Equivalent:
    """A line of a function, and what it may become without any difference."""

    function: str
    line: str
    becomes: str
    why: str

    @property
    def key(self) -> tuple[str, str, str]:
        """All but the reason: what tells it from the others."""
        return self.function, self.line, self.becomes


def read(path: Path = LIST) -> list[Equivalent]:
    """Return what the list names, one by one."""
    entries = yaml.safe_load(path.read_text("utf-8")) or []
    return [
        Equivalent(entry["function"], entry["line"].strip(), becomes.strip(), entry["why"])
        for entry in entries
        for becomes in entry["becomes"]
    ]


def explained(survivors: Iterable[Mutant], listed: Iterable[Equivalent]) -> set[Mutant]:
    """Return the survivors that the list explains."""
    known = {one.key for one in listed}
    return {one for one in survivors if _key(one) in known}


def demand_current(survivors: Iterable[Mutant], listed: Iterable[Equivalent]) -> None:
    """Raise Stale where the list names what is no survivor: tests kill it, or its line changed."""
    if stale := {one.key for one in listed} - {_key(one) for one in survivors}:
        named = "\n".join(f"  {', '.join(key)}" for key in sorted(stale))
        raise Stale(f"{LIST.name} names what is no survivor:\n{named}")


def _key(mutant: Mutant) -> tuple[str, str, str]:
    return mutant.function, mutant.before, mutant.after
