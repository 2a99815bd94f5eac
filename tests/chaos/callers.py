"""The callers as the harness sees them: their URLs, how they answer, and who has heard an end."""

from __future__ import annotations

import http.client
import json
import socket
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from cluster.ports import free_ports
from cluster.process import Process, Undo
from kit.paths import TESTS

from .files import Files
from .plan import ENDPOINTS

READY_SECONDS = 90.0
# Whatever the environment says, it finds itself and the standard library alone.
PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv.pop(1));"
    " from chaos import receiver; receiver.main(sys.argv[1:])"
)
TERMINAL = (2, 3, 99)
ACCEPTING = range(200, 300)


class Callers:
    """The receiver's process, and how far its log has been read."""

    def __init__(
        self,
        files: Files,
        undo: Undo,
        endpoints: int = ENDPOINTS,
        prefix: Sequence[str] = (),
        host: str = "127.0.0.1",
    ) -> None:
        """So many of them; `prefix` are words before the command of their process."""
        self._control, *self._ports = free_ports(endpoints + 1)
        self.urls = [f"http://{host}:{port}/callbacks" for port in self._ports]
        self.requests = 0
        self._ended: set[str] = set()
        self._log = files.heard
        self._read_to = 0
        command = [*prefix, sys.executable, "-I", "-c", PROGRAM, str(TESTS)]
        command += [str(word) for word in (files.heard, host, self._control, *self._ports)]
        self._process = Process("the callers", command, files.logs / "callers.log", undo)

    def start(self) -> None:
        """Start to listen."""
        self._process.start()
        self._process.wait_until(self._listens, "the callers listen", READY_SECONDS)

    def stop(self) -> None:
        """Close all doors. The log is complete: every line is written before its answer."""
        self._process.kill()

    @property
    def pid(self) -> int | None:
        """The receiver's process."""
        return self._process.pid

    def answer(self, endpoint: int, mode: str) -> None:
        """Have an endpoint answer in this way from now on."""
        connection = http.client.HTTPConnection("127.0.0.1", self._control, timeout=10)
        connection.request("PUT", f"/{endpoint}", mode)
        status = connection.getresponse().status
        connection.close()
        if status != 204:
            raise RuntimeError(f"the callers answered {status}")

    def ended(self) -> int:
        """Return how many ids have had an end accepted, by what the log says now."""
        return len(self.ended_ids())

    def ended_ids(self) -> set[str]:
        """Return the ids that have had an end accepted, by what the log says now."""
        for entry in self.entries():
            if entry["answer"] in ACCEPTING:
                self._take(entry["body"])
        return self._ended

    def entries(self) -> Iterator[dict[str, Any]]:
        """Return what the log says of each request that has come since the last call."""
        for line in self._new_lines():
            self.requests += 1
            yield json.loads(line)

    def _take(self, raw: str) -> None:
        try:
            body = json.loads(raw)
            if body["status"] in TERMINAL:
                self._ended.add(str(body["id"]))
        except (ValueError, KeyError, TypeError):
            return  # the checker says what it thinks of it

    def _new_lines(self) -> list[str]:
        """Return the complete lines that the log has gained."""
        with self._log.open("rb") as file:
            file.seek(self._read_to)
            gained = file.read()
        complete = gained[: gained.rfind(b"\n") + 1]
        self._read_to += len(complete)
        return complete.decode().splitlines()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._control)) == 0
