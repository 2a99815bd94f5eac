"""The demo's table: live on a terminal, a line per callback anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from sqs_k8s_jobs.demo.progress import Progress

TITLES = {0: "job started", 1: "pod started", 2: "complete", 3: "failed", 99: "exception"}
COLOURS = {0: "cyan", 1: "blue", 2: "green", 3: "red", 99: "magenta"}


class LiveTable:
    """Shows progress for as long as a `with` block lasts."""

    def __init__(self, progress: list[Progress]) -> None:
        self._progress = progress
        self._console = Console(width=None if sys.stdout.isatty() else 120)
        self._live: Live | None = None
        self._shown: set[tuple[str, int]] = set()

    def __enter__(self) -> LiveTable:
        if self._console.is_terminal:
            self._live = Live(console=self._console, get_renderable=self._table, transient=True)
            self._live.start(refresh=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()

    def update(self) -> None:
        """Show what has come since the last time."""
        if self._live:
            self._live.refresh()
            return
        for one in self._progress:
            for status in one.statuses:
                if (one.case.name, status) not in self._shown:
                    self._shown.add((one.case.name, status))
                    self._print_line(one, status)

    def summary(self) -> None:
        """Show expected against received, as the last word."""
        self._console.print(self._table())
        for one in self._progress:
            if one.error:
                line = f"[bold]{one.case.name}[/]: {escape(one.error)}"
                self._console.print(line, highlight=False)

    def _print_line(self, one: Progress, status: int) -> None:
        print(
            f"{one.seconds(status):6.1f} s  {one.case.name:<14} {status:>2} {TITLES[status]}",
            flush=True,
        )

    def _table(self) -> Table:
        table = Table(title="messages and what their callers hear", title_justify="left")
        columns: dict[str, Callable[[Progress], str]] = {
            "message": lambda one: one.case.name,
            "what it shows": lambda one: one.case.shows,
            "Job": lambda one: one.job_name or "-",
            "expected": lambda one: " ".join(map(str, one.case.expected)),
            "received (seconds after sending)": _received,
            "": _verdict,
        }
        for name in columns:
            table.add_column(name, no_wrap=name in ("message", "Job", "expected", ""))
        for one in self._progress:
            table.add_row(*(cell(one) for cell in columns.values()))
        return table


def _received(one: Progress) -> str:
    shown = [
        f"[{COLOURS[status]}]{status}[/] [dim]{one.seconds(status):.1f}[/]"
        for status in one.statuses
    ]
    return "  ".join(shown)


def _verdict(one: Progress) -> str:
    if one.as_expected:
        return "[green]as expected[/]"
    if one.ended:
        return "[red]NOT as expected[/]"
    return f"[dim]{time.monotonic() - one.sent:.0f} s[/]"
