"""A run's files, made up: what the checker's own tests judge."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from chaos import checker, evidence

CALLER = "http://127.0.0.1:20000/callbacks"


def job_name(message_id: str, digits: int = 8) -> str:
    """The name of an id's Job."""
    return f"a-b-{hashlib.sha256(message_id.encode()).hexdigest()[:digits]}"


class MadeUp:
    """A run's files, made up: a clean run first, then changed by a test."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.heard: list[dict[str, Any]] = []
        self.audit: list[str] = []
        self.by_hand: list[dict[str, str]] = []
        self.queues: dict[str, list[str]] = {"left": [], "dead": []}
        self._now = 100.0
        for message_id, statuses, exit_code in (
            ("good", (0, 1, 2), "0"),
            ("bad", (0, 1, 3), "3"),
            ("unseen", (0, 3), "3"),
        ):
            self.send(message_id, exit_code=exit_code)
            self.create(message_id)
            for status in statuses:
                self.hear(message_id, status)
        self.send("invalid", valid=False)
        self.hear("invalid", 99)
        self.queues["dead"].append(self.body("invalid"))
        self.send("untold", webhook=None)
        self.create("untold")
        self.sent.append({"valid": False, "body": "{no json"})
        self.queues["dead"].append("{no json")

    def send(
        self,
        message_id: str,
        valid: bool = True,
        exit_code: str = "0",
        webhook: str | None = CALLER,
        backoff_limit: int = 0,
    ) -> None:
        """Send a message twice."""
        env = [{"name": "FAKE_EXIT_CODE", "value": exit_code}]
        job = {"prefixName": "a-b", "env": env, "backoffLimit": backoff_limit}
        body: dict[str, Any] = {"id": message_id, "job": job}
        body.update({"webhook": {"url": webhook}} if webhook else {})
        self.sent += [{"valid": valid, "body": json.dumps(body)}] * 2

    def body(self, message_id: str) -> str:
        """The text of a message."""
        found = [one["body"] for one in self.sent if f'"{message_id}"' in one["body"]]
        return str(found[0])

    def forget(self, message_id: str) -> None:
        """As if nobody had ever heard of the id's statuses."""
        self.heard = [one for one in self.heard if f'"{message_id}"' not in one["body"]]

    def hear(self, message_id: str, status: int, answer: int | None = 200, **other: Any) -> None:
        """A caller hears a status, a second after whatever was heard before."""
        self._now += 1.0
        self.heard.append(
            {
                "sent": self._now,
                "answered": self._now + 0.1,
                "answer": answer,
                "url": CALLER,
                "delivery": f"{message_id}-{status}",
                "body": json.dumps({"id": message_id, "status": status, "detail": {}}),
                **other,
            }
        )

    def create(self, message_id: str, digits: int = 8, code: int = 201, query: str = "") -> None:
        """The API server creates the id's Job, or answers otherwise."""
        self.audit.append(
            json.dumps(
                {
                    "kind": "Event",
                    "verb": "create",
                    "requestURI": f"/apis/batch/v1/namespaces/chaos/jobs{query}",
                    "objectRef": {"resource": "jobs", "name": job_name(message_id, digits)},
                    "responseStatus": {"code": code},
                },
                separators=(",", ":"),
            )
        )

    def violations(self, folder: Path) -> dict[str, str]:
        """What the checker finds in these files: the id by the kind."""
        (folder / "audit").mkdir()
        (folder / "audit" / "audit.log").write_text("\n".join(self.audit) + "\n", "utf-8")
        for name in ("sent", "heard", "by_hand"):
            lines = "".join(json.dumps(one) + "\n" for one in getattr(self, name))
            (folder / f"{name.replace('_', '-')}.jsonl").write_text(lines, "utf-8")
        (folder / "queues.json").write_text(json.dumps(self.queues), "utf-8")
        found = checker.check(evidence.read(folder))
        return {one.kind: one.id for one in found}
