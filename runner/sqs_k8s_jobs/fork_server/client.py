"""The client in place of a program: has a fork server run it, or else becomes the program.

Called with the server's socket, the other program's words and ``--``, then the arguments. It
imports next to nothing, since it is started for every module of every run.
"""

from __future__ import annotations

import os
import sys
from _socket import AF_UNIX, SCM_RIGHTS, SOCK_STREAM, SOL_SOCKET, socket

STANDARD = (0, 1, 2)
DECLINED = b"declined"
SIZE = 8  # bytes of a length, or of an answer


def main(words: list[str]) -> None:
    """Run to the end of the other program, with its exit code."""
    split = words.index("--")
    path, command, arguments = words[0], words[1:split], words[split + 1 :]
    try:
        answer = _ask(path, arguments)
    except OSError as exc:
        answer, reason = DECLINED, str(exc)
    else:
        reason = "it was started for another environment"
    if answer == DECLINED:
        print(f"no fork server ({reason}): starting {command[0]}", file=sys.stderr, flush=True)
        os.execv(command[0], [*command, *arguments])
    os._exit(int(answer) if answer else 1)  # no answer: the server has ended, and with it the run


def _ask(path: str, arguments: list[str]) -> bytes:
    """Send what the program is to know; return its exit code, once it has ended."""
    environment = [name + b"=" + value for name, value in os.environb.items()]
    words = [os.getcwdb(), b"%d" % len(arguments), *map(os.fsencode, arguments), *environment]
    text = b"\0".join(words)
    files = b"".join(number.to_bytes(4, sys.byteorder) for number in STANDARD)
    server = socket(AF_UNIX, SOCK_STREAM)
    server.connect(path)
    server.sendmsg([b"%*d" % (SIZE, len(text))], [(SOL_SOCKET, SCM_RIGHTS, files)])
    server.sendall(text)
    answer = server.recv(SIZE)
    server.close()
    return bytes(answer)


if __name__ == "__main__":
    main(sys.argv[1:])
