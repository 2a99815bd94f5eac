"""The disk on which a runner's runs have their folders: a small one, which can be full."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
from pathlib import Path

from cluster.process import Undo

SIZE = 256 * 1024 * 1024
FILLER = "filler"
CHUNK = 1024 * 1024


class Disk:
    """A file system in memory at a folder; where it may not be mounted, the folder alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_small = False

    def mount(self, undo: Undo) -> None:
        """Mount it, as far as this process may."""
        self.folder.mkdir(parents=True, exist_ok=True)
        words = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "chaos", str(self.folder)]
        with contextlib.suppress(FileNotFoundError):
            self.is_small = not subprocess.run(words, capture_output=True, check=False).returncode
        if self.is_small:
            undo.note(mount=str(self.folder))

    def unmount(self) -> None:
        """Take it away; what is still open there goes with its processes."""
        if self.is_small:
            subprocess.run(["umount", "--lazy", str(self.folder)], capture_output=True, check=True)
            self.is_small = False

    def fill(self) -> bool:
        """Leave no room; False where there is no disk of its own to be filled."""
        if not self.is_small:
            return False
        try:
            with (self.folder / FILLER).open("wb", buffering=0) as file:
                while file.write(b"\0" * CHUNK):
                    pass
        except OSError as exc:
            if exc.errno != errno.ENOSPC:
                raise
        return True

    def clear(self) -> None:
        """Give the room back."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.folder / FILLER)
