"""Copies of the files that operators change, as they were when they were tried."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

Sources = tuple[Path, ...]


def take(sources: Sources, folder: Path) -> dict[Path, Path]:
    """Copy files and folders into a folder, and return where each copy is.

    What is not there has no copy: whoever reads it says so. Links are followed, so that what a
    ConfigMap mounts is copied; names with a dot before them are left out.
    """
    copies = {}
    for number, source in enumerate(sources):
        copy = folder / str(number) / source.name
        copy.parent.mkdir(parents=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns(".*"))
            copies[source] = copy
        elif source.is_file():
            shutil.copyfile(source, copy)
            copies[source] = copy
    return copies


def fingerprint(paths: Iterable[Path]) -> str:
    """Return what two sets of files and folders have in common only if they hold the same."""
    digest = hashlib.sha256()
    for number, path in enumerate(paths):
        for name, content in _contents(path):
            digest.update(f"{number}/{name}:{len(content)}:".encode("utf-8", "surrogateescape"))
            digest.update(content)
    return digest.hexdigest()


def _contents(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        names = sorted(name for name in path.rglob("*") if name.is_file() and _is_shown(name, path))
        yield from ((str(name.relative_to(path)), name.read_bytes()) for name in names)
    elif path.is_file():
        yield "", path.read_bytes()


def _is_shown(name: Path, folder: Path) -> bool:
    return not any(part.startswith(".") for part in name.relative_to(folder).parts)
