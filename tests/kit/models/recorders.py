"""In the place of parts that are asked: each keeps what it was asked for, and does nothing."""

from __future__ import annotations

from collections.abc import Sequence


class RecordedWorkQueue(list[str]):
    """The ids of which a report is wanted, and those that are held no longer."""

    def __init__(self) -> None:
        super().__init__()
        self.undeferred: list[str] = []

    def add_if_idle(self, digest: str, _lane: str = "", _endpoint: str = "") -> None:
        """Want a report of this id."""
        self.append(digest)

    def undefer(self, digest: str) -> None:
        """Hold this id no longer."""
        self.undeferred.append(digest)


class RecordedRejector:
    """Keeps what it is told of records; knows SQS's own ids of some."""

    def __init__(self) -> None:
        self.delivered: list[tuple[str, bool]] = []
        self.ids: dict[str, list[str]] = {}

    def rejection_attempted(self, digests: Sequence[str], accepted: bool) -> None:
        """Keep of each record whether its caller has accepted."""
        self.delivered += [(digest, accepted) for digest in digests]

    def message_ids(self, digest: str) -> list[str]:
        """Return SQS's own ids of the messages that a record answers."""
        return self.ids.get(digest, [])


def never() -> bool:
    """Leave no message to others."""
    return False
