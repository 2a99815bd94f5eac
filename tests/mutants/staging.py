"""A copy of the checkout, which faults may be put into."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from kit.paths import ROOT

BUILD = ROOT / "build" / "mutants"


def stage(folder: Path) -> Path:
    """Copy what git knows of the checkout into a new folder, links as links."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in _known():
        source, copy = ROOT / name, folder / name
        if source.is_symlink() or source.exists():  # git also knows what was deleted just now
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy, follow_symlinks=False)
    return folder


def _known() -> list[str]:
    listed = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    done = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.split("\0") if name]
