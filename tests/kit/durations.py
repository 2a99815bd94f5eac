"""A pytest plugin: at the end of a run, how long each folder of tests took, as a table.

The minutes are those of the tests themselves, setup and teardown included; several workers work
at once, so that their sum is above the time of the run.
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import PurePath

import pytest

HEAD = f"{'part':<14} {'tests':>6} {'failed':>7} {'skipped':>8} {'minutes':>8}"


@dataclass
class Sum:
    """The counts of a part."""

    tests: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0

    def add(self, report: pytest.TestReport) -> None:
        """Count one phase of a test."""
        self.tests += report.when == "call" or (report.when == "setup" and not report.passed)
        self.failed += report.failed
        self.skipped += report.skipped
        self.seconds += report.duration

    def line(self, name: str) -> str:
        return (
            f"{name:<14} {self.tests:>6} {self.failed:>7} {self.skipped:>8}"
            f" {self.seconds / 60:>8.1f}"
        )


class Parts:
    """Sums up reports by the folder below tests/ that they are from."""

    def __init__(self) -> None:
        self._sums: defaultdict[str, Sum] = defaultdict(Sum)
        self._started = time.monotonic()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._sums[part_of(report.nodeid)].add(report)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if len(self._sums) < 2:
            return
        terminalreporter.section("parts")
        terminalreporter.write_line(HEAD)
        for name, one in sorted(self._sums.items()):
            terminalreporter.write_line(one.line(name))
        minutes = (time.monotonic() - self._started) / 60
        terminalreporter.write_line(f"{'the whole run':<38} {minutes:>8.1f}")


def part_of(nodeid: str) -> str:
    """The folder below tests/ that holds a test."""
    folders = PurePath(nodeid.partition("::")[0]).parts
    return folders[1] if len(folders) > 2 else folders[0]
