"""An HTTP endpoint on a loopback port that answers as badly as a test wants it to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

from .loopback import Handler, Loopback

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


class Endpoint(Loopback):
    """Keeps what it hears. An answer that waits for `released` waits until the test ends."""

    def __init__(self, answer: Answer | None = None, host: str = "127.0.0.1") -> None:
        self.answer = answer or with_status(200)
        self.requests: list[Request] = []
        self.released = threading.Event()
        super().__init__(_handler_of(self), host)

    def __exit__(self, *exc: object) -> None:
        self.released.set()
        super().__exit__(*exc)


def _handler_of(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Recorder(Handler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            endpoint.requests.append(
                Request(self.path, headers, body, self.client_address, self.command)
            )
            endpoint.answer(self)

        do_GET = do_PATCH = do_POST

    return Recorder
