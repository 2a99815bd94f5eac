"""The callers: a program that listens on a port each, answers as it is told, and logs it all.

``python receiver.py LOG HOST CONTROL_PORT PORT...``. A ``PUT /NUMBER`` on the control port with a
mode as its body changes how the endpoint of that number answers:

- ``ok``: 200;
- ``500``;
- ``hang``: nothing, until the other side hangs up;
- ``slow``: 200, but late;
- ``reset``: the connection is reset;
- ``garbage``: bytes that are no HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import struct
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TextIO

SLOW_SECONDS = 2.0
HANG_SECONDS = 60.0
MODES = ("ok", "500", "hang", "slow", "reset", "garbage")
GARBAGE = b"\x16\x03\x01 this is no HTTP\r\n\r\n"
LINGER_NOT = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Request:
    """One complete request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    started: float  # when its first line had come


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """Return the next request of a connection; None at its end, or where one is cut off."""
    try:
        first = await reader.readline()
        started = time.monotonic()
        method, path, _ = first.decode("latin-1").split(" ", 2)
        headers: dict[str, str] = {}
        while (line := (await reader.readline()).strip()) or not headers:
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    except (OSError, ValueError, asyncio.IncompleteReadError):
        return None
    return Request(method, path, headers, body, started)


def response(status: int) -> bytes:
    """An answer without a body."""
    return f"HTTP/1.1 {status} Chaos\r\nContent-Length: 0\r\n\r\n".encode()


class Endpoint:
    """One caller: what it hears is logged with what it answered."""

    def __init__(self, address: str, log: TextIO) -> None:
        self.mode = "ok"
        self._address = address
        self._log = log

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer a connection's requests, one after the other."""
        try:
            while request := await read_request(reader):
                if not await self._answer(request, reader, writer):
                    break
        finally:
            writer.close()

    async def _answer(
        self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Answer one request; False where that ends the connection."""
        mode = self.mode
        answer: int | None = None
        if mode == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        if mode in ("ok", "slow") and not reader.at_eof():
            answer = 200
        elif mode == "500":
            answer = 500
        self._keep(request, mode, answer)  # before it is sent: what follows it comes later
        with contextlib.suppress(OSError):
            return await self._send(mode, answer, reader, writer)
        return False

    async def _send(
        self,
        mode: str,
        answer: int | None,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bool:
        if answer is not None:
            writer.write(response(answer))
            await writer.drain()
            return True
        if mode == "hang":
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(reader.read(), HANG_SECONDS)
        elif mode == "garbage":
            writer.write(GARBAGE)
            await writer.drain()
        elif mode == "reset":
            connection: socket.socket = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
            writer.transport.abort()
        return False

    def _keep(self, request: Request, mode: str, answer: int | None) -> None:
        entry: dict[str, Any] = {
            "sent": request.started,
            "answered": time.monotonic(),
            "answer": answer,
            "mode": mode,
            "url": f"http://{self._address}{request.path}",
            "delivery": request.headers.get("webhook-id"),
            "body": request.body.decode("utf-8", "surrogateescape"),
        }
        self._log.write(json.dumps(entry) + "\n")
        self._log.flush()


async def control(
    endpoints: list[Endpoint], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Change one endpoint's mode."""
    request = await read_request(reader)
    if request:
        endpoints[int(request.path.strip("/"))].mode = request.body.decode()
        writer.write(response(204))
        await writer.drain()
    writer.close()


async def listen(log: TextIO, host: str, control_port: int, ports: list[int]) -> None:
    """Serve until SIGTERM."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    endpoints = [Endpoint(f"{host}:{port}", log) for port in ports]
    for port, endpoint in zip(ports, endpoints, strict=True):
        await asyncio.start_server(endpoint.serve, host, port)
    await asyncio.start_server(partial(control, endpoints), "127.0.0.1", control_port)
    await ended.wait()


def main(words: list[str]) -> None:
    """Run the program."""
    control_port, *ports = map(int, words[2:])
    with Path(words[0]).open("a", encoding="utf-8") as log:
        asyncio.run(listen(log, words[1], control_port, ports))


if __name__ == "__main__":
    main(sys.argv[1:])
