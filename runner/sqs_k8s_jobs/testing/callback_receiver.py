"""A caller's endpoint: it answers callbacks and stores each."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Callback:
    """A callback as it was heard."""

    raw: bytes
    body: dict[str, Any]
    delivery_id: str
    code: int  # what it was answered
    received_at: float = field(default_factory=time.monotonic)  # seconds, only good for differences


class CallbackReceiver:
    """A server on a local port, for as long as a `with` block lasts.

    `answer` gives the HTTP status for a callback's body; without one, 200.
    """

    def __init__(self, answer: Callable[[dict[str, Any]], int] | None = None) -> None:
        self.answer = answer
        self._callbacks: list[Callback] = []
        self._changed = threading.Condition()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/callbacks"

    def __enter__(self) -> CallbackReceiver:
        threading.Thread(target=self._server.serve_forever, name="receiver", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def callbacks(self) -> list[Callback]:
        """Return what was heard so far, in that order."""
        with self._changed:
            return list(self._callbacks)

    def statuses_of(self, message_id: str) -> list[int]:
        """Return the statuses that were accepted for an id, each once, in their order."""
        mine = (
            one.body["status"]
            for one in self.callbacks()
            if one.body.get("id") == message_id and 200 <= one.code < 300
        )
        return list(dict.fromkeys(mine))

    def wait(self, known: int, seconds: float) -> list[Callback]:
        """Return what was heard, once that is more than known, or after so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._callbacks) > known, timeout=seconds)
            return list(self._callbacks)

    def receive(self, raw: bytes, delivery_id: str) -> int:
        """Keep a callback and return the HTTP status to answer."""
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            return 400
        code = self.answer(body) if self.answer else 200
        with self._changed:
            self._callbacks.append(Callback(raw, body, delivery_id, code))
            self._changed.notify_all()
        return code


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def _handler(receiver: CallbackReceiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(receiver.receive(raw, self.headers.get("webhook-id") or ""))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing: the callbacks speak for themselves."""

    return Handler
