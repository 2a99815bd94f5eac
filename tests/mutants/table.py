"""The table of mutants: how many the tests killed, and the names of those that survived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """The mutants of one module, or one hand-made fault."""

    name: str
    mutants: int
    killed: int
    equivalent: int = 0  # named in a checked-in list, with a reason
    survivors: tuple[str, ...] = ()  # no test noticed them, and no list explains them


def percent(rows: Iterable[Row]) -> float:
    """Return how many of the mutants that are not equivalent were killed."""
    counted = list(rows)
    killable = sum(row.mutants - row.equivalent for row in counted)
    return 100 * sum(row.killed for row in counted) / killable if killable else 100.0


def total(rows: Sequence[Row]) -> Row:
    """Return the sum of the rows."""
    return Row(
        "all",
        sum(row.mutants for row in rows),
        sum(row.killed for row in rows),
        sum(row.equivalent for row in rows),
        tuple(name for row in rows for name in row.survivors),
    )


def show(rows: Sequence[Row], console: Console | None = None) -> None:
    """Print the table, then every survivor."""
    table = Table("name", *(("mutants", "killed", "equivalent", "survived", "%")))
    for column in table.columns[1:]:
        column.justify = "right"
    for row in rows:
        table.add_row(*_cells(row))
    table.add_section()
    table.add_row(*_cells(total(rows)))
    console = console or Console()
    console.print(table)
    for name in total(rows).survivors:
        console.print(f"survived: {name}", markup=False, highlight=False, soft_wrap=True)


def _cells(row: Row) -> list[str]:
    numbers = (row.mutants, row.killed, row.equivalent, len(row.survivors))
    return [row.name, *map(str, numbers), f"{percent([row]):.1f}"]
