"""moto's SQS, made safe for several clients.

moto answers requests in threads and shares its lists between them without a lock: a message that
is sent while another is being deleted can vanish. A message lost so would be blamed on the runner.
Here requests go through one after the other, and a long poll is many short ones.
"""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.test import run_wsgi_app

POLL_SECONDS = 0.1
RECEIVE = "AmazonSQS.ReceiveMessage"

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
Answer = tuple[str, list[tuple[str, str]], bytes]


class SerialWsgi:
    """A WSGI application around another application."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        """Answer a request once its turn has come."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ.get("HTTP_X_AMZ_TARGET") == RECEIVE:
            status, headers, answer = self._receive(environ, json.loads(body))
        else:
            status, headers, answer = self._ask(environ, body)
        start_response(status, headers)
        return [answer]

    def _receive(self, environ: dict[str, Any], request: dict[str, Any]) -> Answer:
        """Ask again and again until there is a message or the wait is over."""
        deadline = time.monotonic() + float(request.get("WaitTimeSeconds", 0))
        body = json.dumps({**request, "WaitTimeSeconds": 0}).encode()
        while True:
            answer = self._ask(environ, body)
            if b'"Messages"' in answer[2] or time.monotonic() >= deadline:
                return answer
            time.sleep(POLL_SECONDS)

    def _ask(self, environ: dict[str, Any], body: bytes) -> Answer:
        fresh = {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        with self._lock:
            parts, status, headers = run_wsgi_app(self._application, fresh, buffered=True)
            return status, list(headers), b"".join(parts)
