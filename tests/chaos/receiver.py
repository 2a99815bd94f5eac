"""The callers: a program that listens on a port each, answers as it is told, and logs it all.

Its words are ``LOG HOST CONTROL_PORT PORT...``. A ``PUT /NUMBER`` on the control port with a mode
as its body changes how the endpoint of that number answers: as :mod:`chaos.answers` has it, or

- ``hang``: nothing, until the other side hangs up;
- ``slow``: 200, but late;
- ``reset``: the connection is reset.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import struct
import time
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from .answers import HINT_SECONDS, Answer, answer, response

SLOW_SECONDS = 2.0
HANG_SECONDS = 60.0
LATE_SECONDS = 0.1
SILENT = ("hang", "reset")
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


class Endpoint:
    """One caller: what it hears is logged with what it answered."""

    def __init__(self, address: str, log: TextIO) -> None:
        self.mode = "ok"
        self._address = address
        self._log = log
        self._numbers: Counter[str] = Counter()  # of the next request, by the mode

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer a connection's requests, one after the other."""
        coming = asyncio.ensure_future(read_request(reader))
        try:
            while request := await coming:
                sent = await self._answer(request, reader, writer)
                if not sent or sent.closes:
                    break
                coming = asyncio.ensure_future(read_request(reader))
                if sent.afterwards:
                    await self._send_late(sent.afterwards, coming, writer)
        except OSError:
            return
        finally:
            coming.cancel()
            writer.close()

    async def _answer(
        self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> Answer | None:
        """Answer one request; None where that ends the connection."""
        mode = self.mode
        if mode in SILENT:
            self._keep(request, mode, None)
            await _fall_silent(mode, reader, writer)
            return None
        said = answer(mode, self._numbers[mode])
        self._numbers[mode] += 1
        if mode == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        if said.before:
            writer.write(said.before)
            await asyncio.sleep(HINT_SECONDS)
        heard = not reader.at_eof()
        # Before it is sent: what follows it comes later.
        self._keep(request, mode, said.status if heard else None)
        writer.write(said.text)
        await writer.drain()
        if said.waits:
            await _fall_silent("hang", reader, writer)
            return None
        return said

    async def _send_late(
        self, text: bytes, coming: asyncio.Future[Request | None], writer: asyncio.StreamWriter
    ) -> None:
        """Send what belongs to no request, unless the next one has come."""
        done, _ = await asyncio.wait({coming}, timeout=LATE_SECONDS)
        if not done:
            writer.write(text)
            await writer.drain()

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


async def _fall_silent(
    mode: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Say nothing until the other side hangs up, or reset the connection."""
    if mode == "hang":
        with contextlib.suppress(OSError, TimeoutError):
            await asyncio.wait_for(reader.read(), HANG_SECONDS)
        return
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
    writer.transport.abort()


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
