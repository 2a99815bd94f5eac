"""The way to SQS: a TCP proxy that can be cut and restored."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from typing import Any

from cluster.ports import free_ports

CHUNK = 65536
PATIENCE = 60.0


class Proxy:
    """Listens on a port of its own and passes on what comes, for as long as a `with` block lasts.

    Cut, it refuses connections; cut silently, it takes them and answers nothing, as a network
    does that drops packets.
    """

    def __init__(self, target_port: int, host: str = "127.0.0.1") -> None:
        self._host = host
        self.port = free_ports(1)[0]
        self._target_port = target_port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._open = asyncio.Event()

    def __enter__(self) -> Proxy:
        self._thread.start()
        self.restore()
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)

    def cut(self, silent: bool = False) -> None:
        """End the way: connections break, or fall silent."""
        self._do(self._cut(silent))

    def restore(self) -> None:
        """Let everything pass again; connections that were silent break."""
        self._do(self._restore())

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    async def _cut(self, silent: bool) -> None:
        self._open.clear()
        if silent:
            return
        if self._server:
            self._server.close()
            self._server = None
        self._break()

    async def _restore(self) -> None:
        if not self._open.is_set():
            self._break()
        if not self._server:
            self._server = await asyncio.start_server(self._serve, self._host, self.port)
        self._open.set()

    async def _end(self) -> None:
        await self._cut(silent=False)
        serving = asyncio.all_tasks() - {asyncio.current_task()}
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    def _break(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with contextlib.suppress(OSError):
            await self._open.wait()
            there, back = await asyncio.open_connection("127.0.0.1", self._target_port)
            self._writers.add(back)
            await asyncio.gather(self._pass(reader, back), self._pass(there, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass bytes on in one direction until its end."""
        try:
            with contextlib.suppress(OSError):
                while part := await reader.read(CHUNK):
                    await self._open.wait()
                    writer.write(part)
                    await writer.drain()
        finally:
            self._writers.discard(writer)
            writer.close()
