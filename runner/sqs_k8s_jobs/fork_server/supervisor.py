"""The fork servers of a runner: started with it, ended with it, and done without at need."""

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

from sqs_k8s_jobs import temp_dirs
from sqs_k8s_jobs.fork_server.states import States
from sqs_k8s_jobs.observability import log

CLIENT = Path(__file__).with_name("client.py")
SERVER = "sqs_k8s_jobs.fork_server.server"
BACKLOG = 64
PAUSE = 60.0  # seconds without fork servers, after they did not work
LONGEST = 50  # characters of a folder's path; a socket's may have 107
SHORT = "/tmp"  # for a folder that is too far down
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Executables:
    """The programs in place of ansible-playbook and the Python of modules, and their folder."""

    playbook: str
    python: str
    folder: str


class ForkServers:
    """Gives runs the fork servers' programs while they work; else none, and logs it."""

    def __init__(self, folder: str | None) -> None:
        self._parent = folder
        self._folder: Path | None = None
        self._servers: list[subprocess.Popen[bytes]] = []
        self._readers: list[threading.Thread] = []
        self.states = States()
        self._disabled_until = 0.0
        self._lock = threading.Lock()

    def executables(self) -> Executables | None:
        """Return what a run is to start; None for the programs themselves."""
        with self._lock:
            if self._servers and any(one.poll() is not None for one in self._servers):
                self._on_server_exit()
            if time.monotonic() < self._disabled_until:
                return None
            if self._folder is None:
                try:
                    self._start()
                except OSError as exc:
                    self._back_off(f"fork servers cannot be started: {exc}")
                    return None
            folder = str(self._folder)
            return Executables(f"{folder}/ansible-playbook", f"{folder}/python", folder)

    def disable(self, reason: str) -> None:
        """Do without for a while: a run failed with fork servers, and not without."""
        with self._lock:
            self._back_off(reason)

    def stop(self) -> None:
        """End the processes, and remove what is theirs."""
        with self._lock:
            self._stop()

    def _on_server_exit(self) -> None:
        """Disable the fork servers for a while; for good where the ended server cannot work."""
        self._stop()
        unusable_reason = self.states.unusable_reason()
        if unusable_reason:
            log.warning("fork server disabled", error=unusable_reason)
            self._disabled_until = math.inf
        else:
            self._back_off("a fork server has ended")

    def _back_off(self, reason: str) -> None:
        log.warning("fork server disabled", error=reason, seconds=PAUSE)
        self._stop()
        self._disabled_until = time.monotonic() + PAUSE

    def _start(self) -> None:
        wanted = self._parent or tempfile.gettempdir()
        parent = wanted if len(wanted) <= LONGEST else SHORT
        self._folder = temp_dirs.make(parent, "fork-")
        beside = Path(sys.executable).parent / "ansible-playbook"
        playbook = str(beside) if beside.exists() else shutil.which("ansible-playbook")
        self._serve("ansible-playbook", "ansible-playbook", playbook or "ansible-playbook")
        self._serve("module-python", "python", sys.executable)

    def _serve(self, name: str, launcher: str, instead: str) -> None:
        """Start a server, and write its client; the client may connect at once."""
        assert self._folder
        path = self._folder / launcher
        cache = self._folder / f"{launcher}.cache"
        cache.mkdir()
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(f"{path}.socket")
        listener.listen(BACKLOG)
        with listener:
            server = subprocess.Popen(
                [sys.executable, "-m", SERVER, name, str(listener.fileno()), str(cache)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                pass_fds=(listener.fileno(),),
                start_new_session=True,
            )
        self._servers.append(server)
        reader = threading.Thread(target=self._read_states, args=(name, server.stdout), daemon=True)
        reader.start()
        self._readers.append(reader)
        words = [sys.executable, "-IS", str(CLIENT), f"{path}.socket", instead, "--"]
        path.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', "utf-8")
        path.chmod(0o700)

    def _read_states(self, program: str, lines: IO[bytes]) -> None:
        with lines:
            self.states.read(program, lines)

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
        for thread in self._readers:
            thread.join(STOP_SECONDS)
        self._servers, self._readers = [], []
        if self._folder:
            temp_dirs.remove(self._folder)
        self._folder = None
