"""What one program worked out, for those after it: in files that all programs of a server share."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path


class Kept:
    """Bytes by all that they follow from."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def get(self, key: bytes, make: Callable[[], bytes]) -> bytes:
        """Return what is kept for a key, made now if it never was."""
        path = self._folder / hashlib.sha256(key).hexdigest()
        try:
            return path.read_bytes()
        except FileNotFoundError:
            value = make()
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(value)
        unfinished.rename(path)
        return value
