"""What tasks register that create the Jobs of a batch, in pieces."""

from __future__ import annotations

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
