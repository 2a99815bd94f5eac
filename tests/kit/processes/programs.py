"""The tests' own programs, run to their end as a person would."""

from __future__ import annotations

import os
import subprocess
import sys

from kit.paths import TESTS


def run(package: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m PACKAGE`; what it says on either channel is its output."""
    return subprocess.run(
        [sys.executable, "-m", package, *arguments],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
