"""The table of all stacks: what each ran, and what came of it, read from what its run left."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from rich.console import Console
from rich.table import Table

from . import selection
from .listed import Stack

COLUMNS = list(dict.fromkeys(selection.CELLS.values()))
NOT_RUN = "-"


@dataclass
class Cell:
    """The tests of one cell."""

    passed: int = 0
    failed: int = 0

    @property
    def text(self) -> str:
        return f"[red]{self.failed} failed[/]" if self.failed else f"[green]{self.passed}[/]"


@dataclass
class Row:
    """A stack's results: cells, and applied patches; or the reason why it was not run."""

    stack: Stack
    cells: dict[str, Cell] = field(default_factory=dict)
    patches: str = NOT_RUN
    missing: str = ""


def read(stack: Stack, folder: Path) -> Row:
    """Read what a run of a stack left in the folder."""
    row = Row(stack)
    absent, results, patches = (
        folder / f"{stack.name}.{kind}" for kind in ("absent", "xml", "patches")
    )
    if absent.exists():
        row.missing = absent.read_text("utf-8")
    if results.exists():
        row.cells = cells(ET.parse(results).getroot())
    if patches.exists():
        row.patches = applied(patches.read_text("utf-8"))
    return row


def cells(root: ET.Element) -> dict[str, Cell]:
    """Sum up pytest's results by cell; what was skipped counts as neither."""
    found: dict[str, Cell] = {}
    for case in root.iter("testcase"):
        outcome = {child.tag for child in case}
        cell = found.setdefault(selection.cell(case.get("classname", "tests")), Cell())
        if outcome & {"failure", "error"}:
            cell.failed += 1
        elif "skipped" not in outcome:
            cell.passed += 1
    return found


def show(rows: list[Row], console: Console | None = None) -> None:
    """Print it."""
    table = Table("stack", "Python", "core", "client", "Kubernetes", *COLUMNS, "patches")
    for row in rows:
        stack = row.stack
        what = (stack.name, stack.python, stack.ansible_core, stack.client, stack.kubernetes)
        if row.missing:
            table.add_row(*what, *[NOT_RUN] * len(COLUMNS), row.missing)
        else:
            ran = [row.cells[name].text if name in row.cells else NOT_RUN for name in COLUMNS]
            table.add_row(*what, *ran, row.patches)
    (console or Console(width=160)).print(table)


def applied(said: str) -> str:
    """Say how many patches are applied, and which are not, by what lists them as JSON."""
    parts = [part for part in json.loads(said) if part["needed"]]
    out = ", ".join(part["patch"] for part in parts if not part["applied"])
    count = sum(part["applied"] for part in parts)
    return f"{count} of {len(parts)}" + (f" (not {out})" if out else "")
