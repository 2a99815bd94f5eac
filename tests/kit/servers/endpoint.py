"""An HTTP endpoint on a loopback port that answers as badly as a test wants it to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Request:
    """A request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes
    connection: Any  # the caller's own address: one per connection
    method: str


def with_status(code: int, body: bytes = b"", **headers: str) -> Answer:
    """Answer with this status and body."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


class Endpoint:
    """Keeps what it hears. An answer that waits for `released` waits until the test ends."""

    def __init__(self, answer: Answer | None = None, host: str = "127.0.0.1") -> None:
        self.answer = answer or with_status(200)
        self.requests: list[Request] = []
        self.released = threading.Event()
        self._server = _Server((host, 0), _handler_of(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Endpoint:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, *_of_whom: Any) -> None:
        """Say nothing of callers who hang up: tests ask for it."""


def _handler_of(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            endpoint.requests.append(
                Request(self.path, headers, body, self.client_address, self.command)
            )
            endpoint.answer(self)

        do_GET = do_PATCH = do_POST  # noqa: N815 - http.server's own name

        def log_message(self, *_words: Any) -> None:
            """Requests are kept, not logged."""

    return Handler
