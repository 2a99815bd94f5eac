"""A program that a fork server runs, and the request for it."""

from __future__ import annotations

import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn, Protocol

from sqs_k8s_jobs.fork_server.ansible_patches import forks
from sqs_k8s_jobs.fork_server.ansible_patches.patch import Patch
from sqs_k8s_jobs.fork_server.client import SIZE, STANDARD


class Program(Protocol):
    """The imports of a server, and the program that it runs."""

    @property
    def PATCHES(self) -> Sequence[Patch]:  # noqa: N802 - a constant of a module
        """Its patches before the first run, in this order."""

    def import_environment(self, environment: dict[str, str]) -> dict[str, str]:
        """Return the part of an environment that is read once, while importing."""

    def main(self, arguments: list[str]) -> None:
        """Run to the end; may raise SystemExit, as any program."""


@dataclass(frozen=True)
class Request:
    """A client's request: a command line and its surroundings."""

    folder: str
    arguments: list[str]
    environment: dict[str, str]
    files: list[int]

    @staticmethod
    def read(client: socket.socket) -> Request:
        """Read a client's request; raises ValueError where it is none."""
        head, files, _, _ = socket.recv_fds(client, SIZE, len(STANDARD))
        text = b""
        while len(text) < int(head):
            part = client.recv(int(head) - len(text))
            if not part:
                raise ValueError("a request is cut off")
            text += part
        folder, count, *words = map(os.fsdecode, text.split(b"\0"))
        arguments, environment = words[: int(count)], words[int(count) :]
        return Request(folder, arguments, dict(one.split("=", 1) for one in environment), files)

    def exec_in_child(self, main: Callable[[list[str]], None]) -> NoReturn:
        """Run the program that was asked for in this child process, to its very end."""
        code = 1
        try:
            self._set_up_child()
            code = _run(main, self.arguments)
            forks.run_exit_functions()
            sys.stdout.flush()
            sys.stderr.flush()
        except BaseException:  # nothing may get back into the server's code
            traceback.print_exc()
        finally:
            os._exit(code)

    def _set_up_child(self) -> None:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        forks.forget_exit_functions()
        for number, file in enumerate(self.files):
            os.dup2(file, number)
        os.closerange(len(STANDARD), max(self.files) + 1)
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
        os.environ.clear()
        os.environ.update(self.environment)
        os.chdir(self.folder)


def _run(main: Callable[[list[str]], None], arguments: list[str]) -> int:
    try:
        main(arguments)
    except SystemExit as exc:
        if exc.code is None or isinstance(exc.code, int):
            return exc.code or 0
        print(exc.code, file=sys.stderr)
        return 1
    except BaseException:  # a program's own last words
        traceback.print_exc()
        return 1
    return 0
