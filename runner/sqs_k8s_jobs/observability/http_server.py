"""HTTP server of the runner: /metrics, /healthz (it is alive) and /readyz (it can work)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.observability.health import Health

TEXT = "text/plain; charset=utf-8"
Page = tuple[int, str, bytes]


class HttpServer:
    """A server in a thread of its own, for as long as the runner works."""

    def __init__(
        self, address: str, health: Health, alive: Callable[[], bool], registry: CollectorRegistry
    ) -> None:
        """Serve at HOST:PORT; raises OperatorError where that cannot be."""
        self._health = health
        self._alive = alive
        self._registry = registry
        try:
            self._server = ThreadingHTTPServer(_host_and_port(address), self._handler())
        except OSError as exc:
            raise OperatorError(
                f"metrics_bind_address: cannot serve at {address}: {exc.strerror}"
            ) from exc
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="pages", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """The port, which the system chose where the setting says 0."""
        return int(self._server.server_address[1])

    def end(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def page(self, path: str, accept: str) -> Page:
        """Return what there is at a path: its code, its type and its body."""
        if path == "/metrics":
            encode, kind = choose_encoder(accept)
            return 200, kind, encode(self._registry)
        if path == "/healthz":
            return _plain(200, "alive") if self._alive() else _plain(503, "a thread has ended")
        if path == "/readyz":
            faults = self._health.faults
            lines = [f"not ready: {part}: {reason}" for part, reason in faults.items()]
            return _plain(503 if faults else 200, "\n".join(lines) or "ready")
        return _plain(404, "there are /metrics, /healthz and /readyz")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        page = self.page

        class Handler(BaseHTTPRequestHandler):
            timeout = 10.0  # seconds that a client may take to ask

            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                code, kind, body = page(path, self.headers.get("Accept", ""))
                self.send_response(code)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing: who asks does so every few seconds."""

        return Handler


def _plain(code: int, text: str) -> Page:
    return code, TEXT, f"{text}\n".encode()


def _host_and_port(address: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise OperatorError(
            f"metrics_bind_address: {address!r} is not HOST:PORT, such as 0.0.0.0:9464"
        )
    return host.strip("[]"), int(port)
