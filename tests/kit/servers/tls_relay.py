"""A server with a certificate of a test's own, in front of one of this machine that has another."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from pathlib import Path
from urllib.parse import urlsplit

CHUNK = 65536  # bytes


class TlsRelay:
    """Brings what it is sent to a server, and back what that one answers."""

    def __init__(self, certificate: Path, server: str) -> None:
        self._own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._own.load_cert_chain(certificate)
        self._onward = ssl.create_default_context()  # the test's subject is the other side
        self._onward.check_hostname, self._onward.verify_mode = False, ssl.CERT_NONE
        self._address = urlsplit(server).hostname, urlsplit(server).port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> TlsRelay:
        self._thread.start()
        started = asyncio.start_server(self._relay, "127.0.0.1", 0, ssl=self._own)
        self._server = asyncio.run_coroutine_threadsafe(started, self._loop).result()
        self.url = f"https://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *exc: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        relayed = asyncio.all_tasks() - {asyncio.current_task()}
        for one in relayed:
            one.cancel()
        await asyncio.gather(*relayed, return_exceptions=True)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = self._address
        answers, onward = await asyncio.open_connection(host, port, ssl=self._onward)
        await asyncio.gather(_copy(reader, onward), _copy(answers, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while part := await reader.read(CHUNK):
            writer.write(part)
            await writer.drain()
    writer.close()
