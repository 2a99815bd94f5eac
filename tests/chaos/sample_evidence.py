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


class SampleEvidence:
    """A run's files, made up: a clean run first, then changed by a test."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.heard: list[dict[str, Any]] = []
        self.audit: list[str] = []
        self.by_hand: list[dict[str, str]] = []
        self.journal: list[dict[str, Any]] = []
        self.custody: list[dict[str, Any]] = []
        self.receipts: list[dict[str, Any]] = []
        self.log: list[str] = []
        self.queues: dict[str, list[Any]] = {"left": [], "dead": [], "moved": []}
        self.now = 10.0  # of what is heard next
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
        namespace: str = "chaos",
        at: float = 0.0,
    ) -> None:
        """Send a message twice."""
        env = [{"name": "FAKE_EXIT_CODE", "value": exit_code}]
        job: dict[str, Any] = {"prefixName": "a-b", "namespace": namespace, "env": env}
        job["backoffLimit"] = backoff_limit
        body: dict[str, Any] = {"id": message_id, "job": job}
        body.update({"webhook": {"url": webhook}} if webhook else {})
        self.sent += [{"sent": at, "valid": valid, "body": json.dumps(body)}] * 2

    def body(self, message_id: str) -> str:
        """The text of a message."""
        found = [one["body"] for one in self.sent if f'"{message_id}"' in one["body"]]
        return str(found[0])

    def forget(self, message_id: str) -> None:
        """As if nobody had ever heard of the id's statuses."""
        self.heard = [one for one in self.heard if f'"{message_id}"' not in one["body"]]

    def hear(self, message_id: str, status: int, answer: int | None = 200, **other: Any) -> None:
        """A caller hears a status, a second after whatever was heard before."""
        self.now += 1.0
        self.heard.append(
            {
                "sent": self.now,
                "answered": self.now + 0.1,
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

    def receive(self, message_id: str, by: str, began: float, ended: float) -> None:
        """A runner receives a message, and holds it."""
        self.custody.append({"message": f"sqs-{message_id}", "by": by, "at": began, "until": ended})

    def move(self, message_id: str) -> None:
        """SQS moves a message to the dead-letter queue."""
        body = self.body(message_id)
        self.queues["dead"].append(body)
        self.queues["moved"].append({"message": f"sqs-{message_id}", "body": body})

    def disturb(self, kind: str, began: float, ended: float, **more: str) -> None:
        """A fault lasts for a while."""
        self.journal.append({"kind": kind, "from": began, "to": ended, **more})

    def take_for_accepted(self, message_id: str, key: str) -> None:
        """A Job says that a callback was accepted."""
        annotations = {"sqs-k8s.jobs/message-id": message_id, f"sqs-k8s.jobs/reported-{key}": "now"}
        name = job_name(message_id)
        self.receipts.append({"name": name, "namespace": "chaos", "annotations": annotations})

    def log_as_accepted(self, message_id: str, status: int) -> None:
        """A runner logs that a callback was accepted."""
        entry = {"time": 1.0, "level": "info", "action": "callback accepted"}
        self.log.append(json.dumps({**entry, "id": message_id, "status": status}))

    def tell_of_a_second_pod(self, answer: int | None = 200) -> None:
        """A Job is tried again, and its second pod's start is answered in this way."""
        self.send("again", exit_code="3", backoff_limit=1)
        self.create("again")
        second = '{"id": "again", "status": 1, "detail": {"podId": "second"}}'
        self.hear("again", 0)
        self.hear("again", 1)
        self.hear("again", 1, answer=answer, delivery="second", body=second)
        self.hear("again", 3)

    def move_after_a_kill(self, by: str, at: float = 110.0) -> None:
        """SQS moves what runner-0 held from 100 to 130, and this runner is killed at a moment."""
        self.send("moved")
        self.receive("moved", "runner-0", 100.0, 130.0)
        self.disturb("kill runner", at, at + 0.1, by=by)
        self.move("moved")

    def say_no_in_one_namespace(self, heard_at: float, messages: int = 15) -> None:
        """From 100 to 150; messages for another one are sent at 110, and heard of later."""
        self.disturb("update denied", 100.0, 150.0, namespace="chaos")
        self.now = heard_at
        for number in range(messages):
            self.send(f"other-{number}", namespace="elsewhere", at=110.0)
            self.create(f"other-{number}")
            for status in (0, 1, 2):
                self.hear(f"other-{number}", status)

    def violations(self, folder: Path) -> dict[str, str]:
        """Return the checker's findings in these files: ids by kind."""
        (folder / "audit").mkdir()
        (folder / "audit" / "audit.log").write_text("\n".join(self.audit) + "\n", "utf-8")
        (folder / "logs").mkdir()
        (folder / "logs" / "runner-0.log").write_text("\n".join(self.log) + "\n", "utf-8")
        (folder / "receipts.json").write_text(json.dumps(self.receipts), "utf-8")
        for name in ("sent", "heard", "by_hand", "journal", "custody"):
            lines = "".join(json.dumps(one) + "\n" for one in getattr(self, name))
            (folder / f"{name.replace('_', '-')}.jsonl").write_text(lines, "utf-8")
        (folder / "queues.json").write_text(json.dumps(self.queues), "utf-8")
        found = checker.check(evidence.read(folder))
        return {one.kind: one.id for one in found}
