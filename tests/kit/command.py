"""Common parts of the tests' programs: exit codes, parts chosen by name, an orderly end."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Iterable
from types import FrameType

HOLDS, BROKEN, FAILED = 0, 1, 2  # exit codes: FAILED is the run itself


def end_on_sigterm() -> None:
    """Have SIGTERM end the program as an exception does: what it has started is ended, too."""
    signal.signal(signal.SIGTERM, _end)


def chosen(top: argparse.ArgumentParser, only: str | None, known: Iterable[str]) -> list[str]:
    """Return the names, with commas between them, that an option has; all where it has none."""
    names, all_names = (only or "").split(","), list(known)
    if not only:
        return all_names
    if unknown := [name for name in names if name not in all_names]:
        top.error(f"there is no {', '.join(unknown)}; there are {', '.join(all_names)}")
    return names


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + signal.SIGTERM)
