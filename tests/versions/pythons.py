"""A Python of a version: the one that runs here, or one built from Debian's sources and cached."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from cluster.binaries import cache
from cluster.lock import locked
from kit.progress import said_by

from . import debian_source

# The Debian release whose archive has this Python's sources.
SUITES = {"3.11": "bookworm", "3.13": "trixie"}
MINUTES = 3  # of a build, on two cores
NEEDS = "import ctypes, lzma, readline, sqlite3, ssl, sys, venv; print(sys.executable)"

say = said_by("versions")


class NoPythonError(Exception):
    """A Python of this version neither runs here nor can be built."""


def found(version: str) -> Path | None:
    """Return the Python of a version that runs here; None where none does.

    A name on the path may be a version manager's that starts nothing, or start one that was built
    without what tests need.
    """
    try:
        asked = subprocess.run(
            [f"python{version}", "-c", NEEDS],
            env={**os.environ, "PYENV_VERSION": version},
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    return Path(asked.stdout.strip()) if asked.returncode == 0 else None


def ensured(version: str) -> Path:
    """Return a Python of a version, built where need be; NoPythonError says why there is none."""
    python = found(version)
    if python:
        return python
    if version not in SUITES:
        raise NoPythonError(f"no python{version} runs here, and there are no sources to build it")
    folder = cache() / "python" / version
    built = folder / "bin" / f"python{version}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_suffix(f"{folder.suffix}.lock")):
        if not built.exists():
            _build(version, folder)
    return built


def _build(version: str, folder: Path) -> None:
    """Build it beside its place and move it there, so that it is never half there."""
    say(f"building Python {version}, once, from Debian's sources: about {MINUTES} min on two cores")
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        try:
            source = debian_source.unpacked(f"python{version}", SUITES[version], Path(scratch))
            debian_source.ensure_libraries()
            _run(["./configure", f"--prefix={folder}", "--disable-test-modules"], source)
            _run(["make", f"-j{os.cpu_count() or 1}"], source)
            _run(["make", "altinstall", f"DESTDIR={scratch}/there"], source)
        except debian_source.NoSourceError as error:
            raise NoPythonError(f"Python {version} cannot be built: {error}") from error
        Path(f"{scratch}/there{folder}").rename(folder)
    say(f"built Python {version}")


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        end = done.stderr.strip()[-1000:]
        raise NoPythonError(f"{' '.join(command[:2])} failed in the sources of Python:\n{end}")
