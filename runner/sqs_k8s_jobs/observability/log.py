"""The runner's log: one line per event, for people or as JSON."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from typing import Any

# Printable, and nobody sees it; the collection has the same list.
INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U00013441\U00013442\U00016fe4\U0001bc9d\U0001d159\U0001da7f\U0001da80\U000e0100-\U000e01ef]"
)
LOGGER = logging.getLogger("sqs_k8s_jobs")


def start(log_format: str) -> None:
    """Send the log to standard error in the wanted format; libraries have no part in it.

    Up to version 34, the Kubernetes client turns on a log of all of them as it is imported, unless
    there is one.
    """
    logging.basicConfig(handlers=[logging.NullHandler()])
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if log_format == "json" else _Text())
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def info(action: str, **values: Any) -> None:
    """Log what was done, with its values."""
    LOGGER.info(action, extra={"values": values})


def warning(action: str, **values: Any) -> None:
    """Log what went wrong and is tried again or left to others."""
    LOGGER.warning(action, extra={"values": values})


def error(action: str, **values: Any) -> None:
    """Log what an operator has to see to."""
    LOGGER.error(action, extra={"values": values})


def exception(action: str, **values: Any) -> None:
    """Log an exception that nobody has foreseen, with its trace, from where it is handled."""
    LOGGER.exception(action, extra={"values": values})


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        parts = [f"{moment}.{int(record.msecs):03d}Z {record.levelname:<7} {record.getMessage()}"]
        for name, value in getattr(record, "values", {}).items():
            if value not in (None, "", []):
                parts.append(f"{name}={_plain(value)}")
        if record.exc_info:
            parts.append(_plain(self.formatException(record.exc_info)))
        return " ".join(parts)


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        values = {
            "time": record.created,
            "level": record.levelname.lower(),
            "action": record.getMessage(),
            **getattr(record, "values", {}),
        }
        if record.exc_info:
            values["exception"] = self.formatException(record.exc_info)
        return json.dumps(values, default=str)


def _plain(value: Any) -> str:
    """A value of which a person sees each character, whatever a message put there."""
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    is_seen = text.isprintable() and not INVISIBLE.search(text)
    needs_quotes = not is_seen or " " in text or '"' in text
    return json.dumps(text, ensure_ascii=True) if needs_quotes else text
