"""The table of what was measured, and the file with the same."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from .measure import Measure


def show(measures: Sequence[Measure], console: Console | None = None) -> None:
    """Print it."""
    table = Table("name", "what", "measured", "target", "holds", "spread")
    for one in measures:
        several = len(one.runs) > 1
        table.add_row(
            one.target.name,
            one.target.what,
            f"{one.value:.3g}",
            str(one.target),
            "[green]yes[/]" if one.holds else "[red]no[/]",
            f"{min(one.runs):.3g} … {max(one.runs):.3g} ({len(one.runs)})" if several else "",
        )
    (console or Console()).print(table)


def write(measures: Sequence[Measure], path: Path) -> None:
    """Write it down."""
    path.parent.mkdir(parents=True, exist_ok=True)
    values = {one.target.name: one.as_json() for one in measures}
    path.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", "utf-8")
