"""A log of each message's holders, with begin and end, written at SQS's API.

SQS counts how often it gives a message, and moves it away when that is too often. Whether a receive
was used up by a runner or by its end is seen here, from outside.
"""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

TARGET = "HTTP_X_AMZ_TARGET"
KEY = re.compile(r"Credential=([^/,]+)/")  # of an Authorization header
DEFAULT_SECONDS = 30.0  # SQS's own visibility timeout

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Custody:
    """A WSGI application around SQS's: a line for each receive of a queue, and each extension."""

    def __init__(self, application: Application, queue_url: str, log: Path) -> None:
        self._application = application
        self._queue = urlsplit(queue_url).path
        self._log = log
        self._received: dict[str, dict[str, Any]] = {}  # by the receipt

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Pass a request on, and note what came of it."""
        action = str(environ.get(TARGET, "")).rpartition(".")[2]
        if action == "ReceiveMessage":
            return self._receive(environ, start_response)
        if action == "ChangeMessageVisibility":
            self._extend([_asked(environ)])
        elif action == "ChangeMessageVisibilityBatch":
            self._extend(_asked(environ).get("Entries", []))
        return self._application(environ, start_response)

    def _receive(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        asked = _asked(environ)
        key = KEY.search(environ.get("HTTP_AUTHORIZATION", ""))
        answer = list(self._application(environ, start_response))
        if urlsplit(asked.get("QueueUrl", "")).path != self._queue:  # by whatever way it came
            return answer
        given = json.loads(b"".join(answer) or b"{}")
        now = time.monotonic()
        for one in given.get("Messages") or []:
            entry = {
                "at": now,
                "until": now + float(asked.get("VisibilityTimeout", DEFAULT_SECONDS)),
                "by": key.group(1) if key else None,
                "message": one["MessageId"],
            }
            self._received[one["ReceiptHandle"]] = entry
            self._note(entry)
        return answer

    def _extend(self, wanted: list[dict[str, Any]]) -> None:
        for one in wanted:
            entry = self._received.get(one["ReceiptHandle"])
            if entry:
                self._note({**entry, "until": time.monotonic() + float(one["VisibilityTimeout"])})

    def _note(self, entry: dict[str, Any]) -> None:
        with self._log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry) + "\n")


def _asked(environ: dict[str, Any]) -> dict[str, Any]:
    """Return what a request asks for, and leave it to be read again."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    found: dict[str, Any] = json.loads(body or b"{}")
    return found
