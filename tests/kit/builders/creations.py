"""What tasks register that create the Jobs of a batch, in pieces."""

from __future__ import annotations

import json
from typing import Any

Registered = dict[str, Any]

NONE: Registered = {"results": [], "skipped": True}  # a loop without items


def registered(*results: Registered) -> Registered:
    """Return the results of one call of kubernetes.core.k8s as it shapes them by their number."""
    return results[0] if len(results) == 1 else {"result": {"results": list(results)}}


def in_pieces(*pieces: Registered, size: int = 15) -> Registered:
    """Return the results of a loop of such calls, each for so many."""
    return {
        "results": [
            {"ansible_loop_var": "submit_start", "submit_start": number * size, **one}
            for number, one in enumerate(pieces)
        ]
    }


def without_pilots(piece: Registered) -> list[Registered]:
    """Return the results of a batch that needed no pilots."""
    return [NONE, NONE, in_pieces(piece)]


def refusing(code: int, words: str) -> Registered:
    """Return the module's error of a rejection by the API server."""
    status = json.dumps({"code": code, "message": words})
    return {"error": {"msg": f"Failed to create object: {status.encode()!r}"}}


MADE: Registered = {"changed": True, "method": "create", "result": {"kind": "Job"}}
CONFLICT = refusing(409, "already exists")
NOT_FOUND = refusing(404, "gone")
NO_RIGHTS = refusing(
    403, 'jobs.batch is forbidden: User "x" cannot create resource "jobs" in API group "batch"'
)
AWAY: Registered = {"error": {"msg": "Failed to create object: connection refused"}}
