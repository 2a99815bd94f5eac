"""The fork server: imports once, and forks a process for each program that it is asked for.

``python -m sqs_k8s_jobs.fork_server.server ansible-playbook|module-python FILE FOLDER``, where FILE
is the descriptor of a socket that listens, and FOLDER is its own. It ends when its standard input
does, and takes its programs with it. A program ends when its client does. On standard output it
says of each patch, a line of JSON each, whether it is applied. Where one that runs cannot do
without is not, it ends.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import shutil
import signal
import socket
import sys
from dataclasses import asdict
from pathlib import Path

from sqs_k8s_jobs.fork_server import ansible_playbook, module_python
from sqs_k8s_jobs.fork_server.ansible_patches.forks import FORKED_PROGRAMS
from sqs_k8s_jobs.fork_server.cache import DiskCache
from sqs_k8s_jobs.fork_server.client import DECLINED, SIZE
from sqs_k8s_jobs.fork_server.request import Program, Request

PROGRAMS: dict[str, Program] = {
    "ansible-playbook": ansible_playbook,
    "module-python": module_python,
}
COLLECT_AFTER = 50_000  # new objects; the default of 700 costs a short program a tenth of its time


class Server:
    """One thread: a fork may not find locks that nobody will open."""

    def __init__(self, program: Program, listener: socket.socket, folder: str) -> None:
        self._program = program
        self._folder = folder
        self._known: dict[str, str] | None = None  # what decides how the imports turn out
        self._clients: dict[int, socket.socket] = {}  # of the programs that run, by their pid
        self._listener = listener
        self._ended, ended = os.pipe()
        for end in (self._ended, ended):
            os.set_blocking(end, False)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the runner
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(ended)
        self._selector = selectors.DefaultSelector()
        for waited in (self._listener, self._ended, sys.stdin):
            self._selector.register(waited, selectors.EVENT_READ)

    def serve(self) -> None:
        """Serve until standard input ends."""
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is sys.stdin:
                    for pid in self._clients:
                        _end(pid)
                    shutil.rmtree(Path(self._folder).parent, ignore_errors=True)
                    return
                if key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj == self._ended:
                    os.read(self._ended, 4096)
                    self._reap()
                else:
                    self._client_gone(key.data)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        try:
            request = Request.read(client)
        except (OSError, ValueError):
            client.close()
            return
        try:
            other = self._has_other_environment(request)
        except BaseException:  # it cannot import: this server ends, and nobody waits for it
            _answer(client, DECLINED)
            raise
        if other:
            _answer(client, DECLINED)
        else:
            self._start(request, client)
        for file in request.files:
            os.close(file)

    def _has_other_environment(self, request: Request) -> bool:
        """Import at the first request, in its environment; tell whether this request's differs."""
        environment = self._program.import_environment(request.environment)
        if self._known is None:
            self._known = environment
            os.environ.update(request.environment)
            self._apply_patches()
            gc.collect()
            gc.freeze()
            gc.set_threshold(COLLECT_AFTER, 20, 20)
        return environment != self._known

    def _apply_patches(self) -> None:
        """Apply the patches, and print their states; raise SystemExit if a required one fails."""
        for one in (*self._program.PATCHES, FORKED_PROGRAMS):
            state = one.apply(DiskCache(self._folder))
            print(json.dumps(asdict(state)), flush=True)
            if state.required and not state.applied:
                sys.exit(1)

    def _start(self, request: Request, client: socket.socket) -> None:
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._selector.close()
            self._listener.close()
            for one in (client, *self._clients.values()):
                one.close()
            request.exec_in_child(self._program.main)
        self._clients[pid] = client
        self._selector.register(client, selectors.EVENT_READ, pid)

    def _reap(self) -> None:
        """Tell the clients of programs that have ended."""
        while self._clients:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            client = self._clients.pop(pid)
            with contextlib.suppress(KeyError):
                self._selector.unregister(client)
            code = os.waitstatus_to_exitcode(status)
            _answer(client, b"%*d" % (SIZE, code if code >= 0 else 128 - code))

    def _client_gone(self, pid: int) -> None:
        """End a program whose client has ended."""
        self._selector.unregister(self._clients[pid])
        _end(pid)


def _end(pid: int) -> None:
    """End a program, which ends its own children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGTERM)


def _answer(client: socket.socket, answer: bytes) -> None:
    with client, contextlib.suppress(OSError):
        client.sendall(answer)


if __name__ == "__main__":
    Server(PROGRAMS[sys.argv[1]], socket.socket(fileno=int(sys.argv[2])), sys.argv[3]).serve()
