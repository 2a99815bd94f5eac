"""The demo's messages, and the callbacks expected for each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MESSAGES = Path(__file__).with_name("messages")


@dataclass(frozen=True)
class Case:
    """One message of the demo. Its error is a part of the reason why it does not complete."""

    name: str
    shows: str
    expected: tuple[int, ...]
    error: str = ""

    @property
    def file(self) -> Path:
        """The message's file, to send it by hand."""
        return MESSAGES / f"{self.name}.json"

    @property
    def creates_job(self) -> bool:
        """True if the message becomes a Job."""
        return 0 in self.expected

    def message(self, url: str) -> dict[str, Any]:
        """Return the message with its webhook pointed at the URL and nothing else changed."""
        message: dict[str, Any] = json.loads(self.file.read_text("utf-8"))
        message["webhook"]["url"] = url
        return message


CASES = (
    Case("seed", "the specification's own message, as it is", (0, 1, 2)),
    Case("exit-3", "a container that exits with 3", (0, 1, 3), "exit code 3"),
    Case("out-of-memory", "a container over its memory limit", (0, 1, 3), "OOMKilled"),
    Case("deadline", "a Job over its deadline", (0, 1, 3), "DeadlineExceeded"),
    Case("gpu", "two GPUs of a fake node", (0, 1, 2)),
    Case("fargate", "a fake Fargate node", (0, 1, 2)),
    Case("invalid", "a message that breaks three limits", (99,), "job.image is required"),
)
