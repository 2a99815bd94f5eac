"""The reason why a run of a playbook failed."""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqs_k8s_jobs.playbooks.events import Failure

TIMED_OUT = "timeout"  # ansible-runner's word
KILLED = 128  # of an exit code, as shells and fork servers have it: the rest is the signal
SIGNALS = range(KILLED + 1, KILLED + signal.NSIG)
NO_TASK = "no task"
# An empty line is before it. No text of a message has one, as invisible characters are escaped.
_TASK = re.compile(r"^\s*\n(TASK \[.*\]) \*+\s*$", re.MULTILINE)
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def reason(failures: Sequence[Failure], folder: Path, result: Any) -> str:
    """Return why, given the events of tasks that failed, the run's folder, and its end.

    A task that failed is no reason where the run was ended from outside: it may have been rescued.
    """
    lines, task = _lines(folder), _last_task(folder)
    if result.status == TIMED_OUT:
        return f"it took longer than run_timeout, and was ended in {task or NO_TASK}"
    where = f"in {task}" if task else "before its first task"
    if is_killed(result):
        return f"it was killed by {_signal(result.rc)} {where}"
    if failures:
        return f"{failures[-1]['task']}: {failures[-1]['error']}"
    has_begun = any(line.startswith("PLAY [") for line in lines)
    errors = [line for line in lines if "ERROR" in line] or ([] if has_begun else lines)
    return errors[0] if errors else f"it ended with code {result.rc} {where}, and did not say why"


def is_killed(result: Any) -> bool:
    """Tell whether a run was killed, as by a kernel that is out of memory."""
    return result.rc is None or result.rc in SIGNALS


def last_task(folder: Path) -> str:
    """Return the last task that a run has begun."""
    return _last_task(folder) or NO_TASK


def _lines(folder: Path) -> list[str]:
    lines = [line.strip() for text in _texts(folder) for line in text.splitlines()]
    return [line for line in lines if line]


def _last_task(folder: Path) -> str:
    """Return the last task that was begun; empty where none was."""
    tasks = [task for text in _texts(folder) for task in _TASK.findall(text)]
    return tasks[-1] if tasks else ""


def _texts(folder: Path) -> list[str]:
    texts = [path.read_text("utf-8", "replace") for path in folder.glob("artifacts/*/std*")]
    return [_ESCAPES.sub("", text) for text in texts]


def _signal(code: int | None) -> str:
    """Return the signal's name; of a cold run it is not known."""
    try:
        return signal.Signals(code - KILLED).name if code else "a signal"
    except ValueError:
        return f"signal {code - KILLED}" if code else "a signal"
