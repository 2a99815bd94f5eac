"""The processes of this machine, as far as this program or its children started them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
POLL_SECONDS = 0.1


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies, so that none gets lost."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "cannot become a subreaper")


def descendants(pid: int) -> list[int]:
    """Return all processes below one, zombies too."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            children.setdefault(_parent(int(entry.name)), []).append(int(entry.name))
    found: list[int] = []
    below = list(children.get(pid, ()))
    while below:
        one = below.pop()
        found.append(one)
        below += children.get(one, ())
    return found


def command_line(pid: int) -> str:
    """Return a process's words; nothing for one that is gone or a zombie."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (OSError, ValueError):
        return ""


def carries(pid: int, mark: str) -> bool:
    """Tell whether a process was started with this NAME=value in its environment."""
    try:
        return mark.encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False


def kill_descendant(ancestor: int, pid: int) -> bool:
    """Kill a process that still is a descendant; False where it is not any more.

    The descriptor holds on to the process, so that a newcomer with the same pid is safe.
    """
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        if pid not in descendants(ancestor):
            return False
        signal.pidfd_send_signal(descriptor, signal.SIGKILL)
    except ProcessLookupError:
        return False
    finally:
        os.close(descriptor)
    return True


def end_marked(mark: str, patience: float) -> int:
    """Wait for this program's descendants that carry a mark, then kill those that stay.

    Returns how many had to be killed.
    """
    deadline = time.monotonic() + patience
    while (left := _marked(mark)) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    killed = sum(kill_descendant(os.getpid(), pid) for pid in left)
    while _marked(mark) and time.monotonic() < deadline + patience:
        time.sleep(POLL_SECONDS)
    return killed


def reap_adopted(own: set[int]) -> None:
    """Take leave of dead children that were adopted; `own` are those that others wait for."""
    for pid in descendants(os.getpid()):
        if pid not in own and _parent(pid) == os.getpid():
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


def _marked(mark: str) -> list[int]:
    return [pid for pid in descendants(os.getpid()) if carries(pid, mark)]


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0
