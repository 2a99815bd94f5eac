"""The files of a run: what its parts write, and what the checker reads."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Files:
    """All of them stand in one folder."""

    folder: Path

    @property
    def sent(self) -> Path:
        """One line per message sent."""
        return self.folder / "sent.jsonl"

    @property
    def heard(self) -> Path:
        """One line per request that a caller heard."""
        return self.folder / "heard.jsonl"

    @property
    def by_hand(self) -> Path:
        """One line per object deleted by hand."""
        return self.folder / "by-hand.jsonl"

    @property
    def journal(self) -> Path:
        """One line per fault that the checker goes by."""
        return self.folder / "journal.jsonl"

    @property
    def custody(self) -> Path:
        """One line per message that SQS has given, and per extension of that time."""
        return self.folder / "custody.jsonl"

    @property
    def receipts(self) -> Path:
        """The receipts on the cluster's objects at the end."""
        return self.folder / "receipts.json"

    @property
    def queues(self) -> Path:
        """Messages left in the queue and the dead-letter queue."""
        return self.folder / "queues.json"

    @property
    def audit(self) -> Path:
        """The folder of the API server's audit log, which may be several files."""
        return self.folder / "audit"

    @property
    def logs(self) -> Path:
        """The folder of the runners' and the callers' logs."""
        return self.folder / "logs"

    @property
    def runs(self) -> Path:
        """The folder for what the runners and their playbooks put down."""
        return self.folder / "runs"

    def fresh(self) -> None:
        """Make the folders, and remove what an earlier run has left."""
        logs = (self.sent, self.heard, self.by_hand, self.journal, self.custody)
        for path in (*logs, self.receipts, self.queues):
            path.unlink(missing_ok=True)
        for path in (self.audit, self.logs, self.runs):
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir(parents=True)
        for path in logs:
            path.touch()
