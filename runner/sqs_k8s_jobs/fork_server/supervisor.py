"""The warm processes of a runner: started with it, ended with it, and done without at need."""

from __future__ import annotations

import math
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqs_k8s_jobs import folders, log
from sqs_k8s_jobs.fork_server.states import States

CLIENT = Path(__file__).with_name("client.py")
SERVER = "sqs_k8s_jobs.fork_server.server"
BACKLOG = 64
PAUSE = 60.0  # seconds without warm processes, after they did not work
LONGEST = 50  # characters of a folder's path; a socket's may have 107
SHORT = "/tmp"  # for a folder that is too far down
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Programs:
    """The programs in place of ansible-playbook and the Python of modules, and their folder."""

    playbook: str
    python: str
    folder: str


class Warm:
    """Gives runs the fork servers' programs while they work; else none, and logs it."""

    def __init__(self, folder: str | None) -> None:
        self._parent = folder
        self._folder: Path | None = None
        self._servers: list[subprocess.Popen[bytes]] = []
        self._hearing: list[threading.Thread] = []
        self.states = States()
        self._resting_until = 0.0
        self._lock = threading.Lock()

    def programs(self) -> Programs | None:
        """Return what a run is to start; None for the programs themselves."""
        with self._lock:
            if self._servers and any(one.poll() is not None for one in self._servers):
                self._bury()
            if time.monotonic() < self._resting_until:
                return None
            if self._folder is None:
                try:
                    self._start()
                except OSError as exc:
                    self._rest(f"warm processes cannot be started: {exc}")
                    return None
            folder = str(self._folder)
            return Programs(f"{folder}/ansible-playbook", f"{folder}/python", folder)

    def suspect(self, reason: str) -> None:
        """Do without for a while: a run failed with warm processes, and not without."""
        with self._lock:
            self._rest(reason)

    def stop(self) -> None:
        """End the processes, and remove what is theirs."""
        with self._lock:
            self._stop()

    def _bury(self) -> None:
        """Disable the fork servers for a while; for good where the ended server cannot work."""
        self._stop()
        refusal = self.states.refusal()
        if refusal:
            log.warning("fork server disabled", error=refusal)
            self._resting_until = math.inf
        else:
            self._rest("a warm process has ended")

    def _rest(self, reason: str) -> None:
        log.warning("fork server disabled", error=reason, seconds=PAUSE)
        self._stop()
        self._resting_until = time.monotonic() + PAUSE

    def _start(self) -> None:
        wanted = self._parent or tempfile.gettempdir()
        parent = wanted if len(wanted) <= LONGEST else SHORT
        self._folder = folders.make(parent, "warm-")
        beside = Path(sys.executable).parent / "ansible-playbook"
        playbook = str(beside) if beside.exists() else shutil.which("ansible-playbook")
        self._serve("ansible-playbook", "ansible-playbook", playbook or "ansible-playbook")
        self._serve("module-python", "python", sys.executable)

    def _serve(self, name: str, launcher: str, instead: str) -> None:
        """Start a server, and write its client; the client may connect at once."""
        assert self._folder
        path = self._folder / launcher
        kept = self._folder / f"{launcher}.kept"
        kept.mkdir()
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(f"{path}.socket")
        listener.listen(BACKLOG)
        with listener:
            server = subprocess.Popen(
                [sys.executable, "-m", SERVER, name, str(listener.fileno()), str(kept)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                pass_fds=(listener.fileno(),),
                start_new_session=True,
            )
        self._servers.append(server)
        hearing = threading.Thread(target=self._hear, args=(name, server.stdout), daemon=True)
        hearing.start()
        self._hearing.append(hearing)
        words = [sys.executable, "-IS", str(CLIENT), f"{path}.socket", instead, "--"]
        path.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', "utf-8")
        path.chmod(0o700)

    def _hear(self, program: str, lines: IO[bytes]) -> None:
        with lines:
            self.states.hear(program, lines)

    def _stop(self) -> None:
        for one in self._servers:
            if one.stdin:
                one.stdin.close()
        for one in self._servers:
            try:
                one.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
        for thread in self._hearing:
            thread.join(STOP_SECONDS)
        self._servers, self._hearing = [], []
        if self._folder:
            folders.remove(self._folder)
        self._folder = None
