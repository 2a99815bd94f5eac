"""A cache of results of programs, in files that all programs of a server share."""

from __future__ import annotations

import hashlib
import marshal
import os
from collections.abc import Callable
from pathlib import Path
from types import CodeType


class DiskCache:
    """Bytes by all that they follow from."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def get(self, key: bytes) -> bytes | None:
        """Return the value of a key, None if there is none."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, key: bytes, value: bytes) -> None:
        """Store the value of a key, atomically for readers."""
        path = self._path(key)
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(value)
        unfinished.rename(path)

    def get_or_compile(self, key: bytes, compile_anew: Callable[[], CodeType]) -> CodeType:
        """Return the code of a key, compiled now if it was not cached."""
        found = self.get(key)
        if found is not None:
            known: CodeType = marshal.loads(found)
            return known
        made = compile_anew()
        self.put(key, marshal.dumps(made))
        return made

    def _path(self, key: bytes) -> Path:
        return self._folder / hashlib.sha256(key).hexdigest()
