"""The runner's log as a test reads it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqs_k8s_jobs.observability import log


@contextmanager
def started(log_format: str) -> Iterator[logging.StreamHandler[Any]]:
    """Start the log in a format, and leave the logger as it was before any start."""
    log.start(log_format)
    (handler,) = log.LOGGER.handlers
    assert isinstance(handler, logging.StreamHandler)
    try:
        yield handler
    finally:
        log.LOGGER.handlers.clear()
        log.LOGGER.setLevel(logging.NOTSET)
        log.LOGGER.propagate = True


class Log:
    """The log so far."""

    def __init__(self, handler: logging.StreamHandler[Any]) -> None:
        self._stream = io.StringIO()
        handler.setStream(self._stream)

    def records(self, action: str | None = None, **values: Any) -> list[dict[str, Any]]:
        """Return the records, or those of one action, or of one with such values."""
        records = [json.loads(line) for line in self._stream.getvalue().splitlines()]
        return [
            one
            for one in records
            if action in (None, one["action"]) and values.items() <= one.items()
        ]
