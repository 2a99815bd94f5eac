"""etcd's own alarm for a database that is full, as it sets it where its quota is used up."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

ALARM = "NOSPACE"  # with it etcd refuses every write, until somebody takes it off
PATIENCE = 10.0  # seconds


@contextmanager
def full(url: str) -> Iterator[None]:
    """Have etcd refuse writes for as long as a `with` block lasts."""
    _call(url, action="ACTIVATE", memberID="0", alarm=ALARM)
    try:
        yield
    finally:
        for alarm in _call(url, action="GET").get("alarms", []):
            _call(url, action="DEACTIVATE", **alarm)


def _call(url: str, **body: Any) -> dict[str, Any]:
    request = urllib.request.Request(
        f"{url}/v3/maintenance/alarm",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        found: dict[str, Any] = json.load(answer)
    return found
