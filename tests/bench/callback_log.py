"""The moments of the first accepted callbacks, by status and id."""

from __future__ import annotations

import json

from chaos.callers import Callers

CREATED, RUNNING, COMPLETE = 0, 1, 2
EXPECTED = (CREATED, RUNNING, COMPLETE)


class CallbackLog:
    """The callers' log, as far as it has been read."""

    def __init__(self, callers: Callers) -> None:
        self._callers = callers
        self._told: dict[int, dict[str, float]] = {status: {} for status in EXPECTED}

    def count(self, status: int) -> int:
        """Return how many ids have been told a status, by what the log says now."""
        self._read()
        return len(self._told[status])

    def known(self, status: int) -> int:
        """Return the same without looking at the log: any thread may ask."""
        return len(self._told[status])

    def moments(self, status: int) -> dict[str, float]:
        """Return when each id was told a status first, in seconds of the monotonic clock."""
        self._read()
        return dict(self._told[status])

    def _read(self) -> None:
        """Read on. Raises RuntimeError where a caller was told what no Job here comes to."""
        for entry in self._callers.entries():
            body = json.loads(entry["body"])
            if body["status"] not in EXPECTED:
                raise RuntimeError(f"a caller was told {entry['body']}")
            if entry["answer"] == 200:
                self._told[body["status"]].setdefault(str(body["id"]), entry["sent"])
