"""Tests that run in a copy of the checkout: they import the code and the tests of the copy."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import staging

PASSED, FAILED = 0, 1  # pytest's exit codes; others tell that it could not run the tests
TIMEOUT = 1200  # seconds that the tests of a fault may take
LINES = 30  # of pytest's output that an error shows
OF_THE_SHELL = ("ANSIBLE_", "GIT_", "K8S_AUTH_", "PYTEST_", "SQS_K8S_JOBS_")
_FAILURE = re.compile(r"^FAILED (\S+?::[^\s\[]+)", re.MULTILINE)


@dataclass(frozen=True)
class Result:
    """The end of a run of pytest."""

    code: int
    output: str
    seconds: float

    @property
    def failures(self) -> list[str]:
        """The tests that failed; a fixture that could not be set up is no failure of a test."""
        return _FAILURE.findall(self.output) if self.code == FAILED else []

    @property
    def shown(self) -> str:
        """The last lines of the output."""
        return "\n".join(self.output.strip().splitlines()[-LINES:])


class Trial:
    """A copy of the checkout in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._copy = staging.stage(folder)
        kept = {name: os.environ[name] for name in os.environ if not name.startswith(OF_THE_SHELL)}
        paths = (self._copy / "runner", self._copy / "tests")  # before the checkout's own
        self._environment = {
            **kept,
            "GIT_CEILING_DIRECTORIES": str(folder.parent),  # the copy is no part of a repository
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
        }

    def demand_own_code(self) -> None:
        """Raise RuntimeError where Python finds the runner of the checkout, not the copy's."""
        done = self._run("-c", "import sqs_k8s_jobs; print(sqs_k8s_jobs.__file__)")
        if not done.stdout.startswith(str(self._copy)):
            raise RuntimeError(f"the copy imports {done.stdout.strip()}")

    def apply(self, patch: Path) -> None:
        """Put a fault into the copy."""
        words = ["git", "apply", str(patch)]
        subprocess.run(words, cwd=self._copy, env=self._environment, check=True)

    def run(self, tests: Sequence[str], *flags: str) -> Result:
        """Run tests of the copy with pytest."""
        began = time.monotonic()
        done = self._run("-m", "pytest", "-q", "-p", "no:xdist", *flags, *tests)
        return Result(done.returncode, done.stdout, time.monotonic() - began)

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                [sys.executable, *words],
                cwd=self._copy,
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise RuntimeError(f"{' '.join(words)}: no end after {TIMEOUT} s") from error
