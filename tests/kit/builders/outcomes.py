"""Events as a run of a playbook leaves them."""

from __future__ import annotations

from typing import Any


def outcome(key: str, kind: str = "created", **more: Any) -> dict[str, Any]:
    """Return an outcome event."""
    return {
        "event": "outcome",
        "key": key,
        "id": f"id-{key}",
        "id_label": f"digest-{key}",
        "record": None,
        "namespace": "default",
        "job": "t-1",
        "outcome": kind,
        "fault": False,
        "attempted": True,
        "invented": False,
        "delivered": False,
        "error": None,
        "error_code": None,
        "warnings": [],
        **more,
    }


def refused(key: str, *, delivered: bool, **more: Any) -> dict[str, Any]:
    """Return the outcome of an invalid message."""
    return outcome(
        key, "rejected", delivered=delivered, error="no image", error_code="A110", **more
    )


def unprocessed(key: str, error: str = "no route") -> dict[str, Any]:
    """A message of which a run did not get to say what became of it."""
    return {"event": "unprocessed", "key": key, "id": f"id-{key}", "error": error}


def expired(digest: str, number: int = 0, **more: Any) -> dict[str, Any]:
    """A callback that was given up, and is kept."""
    return {
        **_callback("expired", digest, number),
        "error": "it is gone: HTTP status 410",
        **more,
    }


def unwritten(digest: str, namespace: str = "default", **more: Any) -> dict[str, Any]:
    """Return the event of a failed write, an operator fault."""
    return {
        "event": "unwritten",
        "id_label": digest,
        "record": None,
        "kind": "Job",
        "namespace": namespace,
        "job": f"t-{digest}",
        "error": "jobs.batch is forbidden: Jobs are not to be changed",
        **more,
    }


def status(digest: str, number: int = 0, *, accepted: bool = True, **more: Any) -> dict[str, Any]:
    """Return a status event."""
    return {
        **_callback("status", digest, number),
        "attempt": 1,
        "accepted": accepted,
        "answered": True,
        "late": False,
        "server": "203.0.113.1",
        "error": None if accepted else "HTTP status 500",
        "error_detail": {"errorCode": "A108", "message": "failed"} if number == 3 else None,
        **more,
    }


def postponed(digest: str, number: int = 0, **more: Any) -> dict[str, Any]:
    """Return a postponement event."""
    return {
        **_callback("postponed", digest, number),
        "silent": False,
        "crowded": False,
        "error": "not tried",
        **more,
    }


def _callback(event: str, digest: str, number: int) -> dict[str, Any]:
    """Return the fields of callback events."""
    return {
        "event": event,
        "id": f"id-{digest}",
        "id_label": digest,
        "record": None,
        "job": f"t-{digest}",
        "status": number,
        "endpoint": "http://caller.example",
    }
