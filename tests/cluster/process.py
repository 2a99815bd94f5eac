"""Processes of a cluster: each with a log file, none that outlives its owner."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from . import guard
from .errors import ClusterError

POLL_SECONDS = 0.05


def without_proxies() -> dict[str, str]:
    """The environment for programs that only ever talk to this machine."""
    environment = os.environ.items()
    return {name: value for name, value in environment if not name.lower().endswith("_proxy")}


class Undo:
    """The owner's end of the guard: what is noted here is undone when the owner ends."""

    def __init__(self) -> None:
        self._guard = subprocess.Popen(
            [sys.executable, "-I", guard.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )

    def note(self, **item: Any) -> None:
        """Say what has to be undone; see the guard for the kinds."""
        if self._guard.stdin is None or self._guard.stdin.closed:
            raise ClusterError("the cluster has been stopped")
        self._guard.stdin.write(json.dumps(item) + "\n")
        self._guard.stdin.flush()

    def everything(self) -> None:
        """Undo all, and wait for it."""
        if self._guard.stdin is not None and not self._guard.stdin.closed:
            self._guard.stdin.close()
        self._guard.wait()


class Process:
    """A child process that writes to a log file and that can be started again."""

    def __init__(
        self,
        name: str,
        command: list[str],
        log: Path,
        undo: Undo,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self._environment = without_proxies() if environment is None else environment
        self.log = log
        self._command = command
        self._undo = undo
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, in a session of its own so that a terminal's Ctrl-C leaves it to its owner."""
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )
        pid = self._child.pid
        self._undo.note(pid=pid, started=guard.started_at(pid))

    def kill(self) -> None:
        """End it as a crash would; does nothing when it is not running."""
        if self._child is None:
            return
        self._child.kill()
        self._child.wait()
        self._undo.note(forget=self._child.pid)
        self._child = None

    def reap(self) -> None:
        """Take leave of a child that somebody else has ended."""
        if self._child is not None:
            self._child.wait()

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    @property
    def alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def wait_until(self, ready: Callable[[], bool], what: str, seconds: float) -> None:
        """Wait for `ready`; the error that ends a vain wait shows the end of the log."""
        end = time.monotonic() + seconds
        while not ready():
            if not self.alive:
                raise ClusterError(f"{self.name} ended before {what}:\n{self.tail()}")
            if time.monotonic() > end:
                raise ClusterError(
                    f"{what}: not within {seconds:.0f} s; {self.name}:\n{self.tail()}"
                )
            time.sleep(POLL_SECONDS)

    def tail(self, lines: int = 8) -> str:
        """The last lines of the log."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return "(no log)"
