"""Temporary folders, removed by the next runner if theirs was killed.

They are in memory that outlives a container's restart, and counts as the pod's: what each kill left
there would bring the next one nearer. A folder's process holds a lock on a file in it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
PREFIX = "sqs-k8s-jobs-"
LOCK = ".in-use"
_locks: dict[Path, int] = {}  # of this process's own folders


def parent(chosen: str) -> str | None:
    """Return their parent: the operator's, else in memory; None for the system's."""
    if chosen:
        return chosen
    return str(MEMORY) if os.access(MEMORY, os.W_OK) else None


def make(parent: str | None, kind: str = "") -> Path:
    """Make a folder in a parent, or in the system's own place, for this process to remove."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX + kind, dir=parent))
        try:
            lock = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError:  # no room even for this
            shutil.rmtree(folder, ignore_errors=True)
            raise
        if folder.exists():
            _locks[folder] = lock
            return folder
        os.close(lock)  # another runner took it for left before it was locked


def remove(folder: Path) -> None:
    """Remove a folder that was made here."""
    shutil.rmtree(folder, ignore_errors=True)
    lock = _locks.pop(folder, None)
    if lock is not None:
        os.close(lock)


def remove_left(parent: str | None) -> int:
    """Remove this user's folders whose processes have ended; return their number."""
    candidates = Path(parent or tempfile.gettempdir()).glob(f"{PREFIX}*/{LOCK}")
    return sum(_is_removed(lock.parent) for lock in candidates)


def _is_removed(folder: Path) -> bool:
    try:
        if folder.is_symlink() or folder.stat().st_uid != os.getuid():
            return False
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False  # somebody holds it
    else:
        shutil.rmtree(folder, ignore_errors=True)
        return not folder.exists()
    finally:
        os.close(lock)
