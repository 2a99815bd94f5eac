"""Progress of the demo, from the callbacks alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqs_k8s_jobs.demo.cases import Case
from sqs_k8s_jobs.testing.callback_receiver import Callback

TERMINAL = (2, 3, 99)


@dataclass(frozen=True)
class Progress:
    """One case and what its caller has heard."""

    case: Case
    message: dict[str, Any]
    sent: float
    received: list[Callback] = field(default_factory=list)

    @property
    def statuses(self) -> tuple[int, ...]:
        """The statuses, each once, in the order in which they came."""
        return tuple(dict.fromkeys(one.body["status"] for one in self.received))

    @property
    def ended(self) -> bool:
        """True once a terminal status has arrived."""
        return any(status in TERMINAL for status in self.statuses)

    @property
    def as_expected(self) -> bool:
        """True if the callbacks are as expected, with the reason of a failure."""
        return self.statuses == self.case.expected and self.case.error in self.error

    @property
    def job_name(self) -> str:
        """The Job's name, from its callback."""
        return str(self._detail("jobName"))

    @property
    def pod_name(self) -> str:
        """The Pod's name, from its callback."""
        return str(self._detail("podName"))

    @property
    def error(self) -> str:
        """The error, from its callback."""
        error = self._detail("error")
        return "{errorCode} {message}".format(**error) if error else ""

    def seconds(self, status: int) -> float:
        """Return how long after the sending a status was first heard."""
        return (
            min(one.received_at for one in self.received if one.body["status"] == status)
            - self.sent
        )

    def _detail(self, name: str) -> Any:
        found = [one.body["detail"][name] for one in self.received if name in one.body["detail"]]
        return found[0] if found else ""


def assign(all_progress: list[Progress], callbacks: Iterable[Callback]) -> None:
    """Give each case the callbacks that are its own."""
    heard = list(callbacks)
    for one in all_progress:
        one.received[:] = [each for each in heard if each.body.get("id") == one.message["id"]]
