"""A cluster as the demo uses it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqs_k8s_jobs.demo.cases import Case
from sqs_k8s_jobs.demo.progress import Progress
from sqs_k8s_jobs.settings import Settings

LOOPBACK: Mapping[str, Any] = {"report_webhook_allow": ["127.0.0.0/8"]}  # where the caller is


class DemoCluster(Protocol):
    """The interface of a cluster for the demo."""

    @property
    def settings(self) -> Settings:
        """The cluster's name, and the namespace of records, for the runner."""

    @property
    def variables(self) -> Mapping[str, Any]:
        """The variables of the playbooks."""

    @property
    def cases(self) -> Sequence[Case]:
        """The cases that run there."""

    def message(self, case: Case, url: str) -> dict[str, Any]:
        """Return a case's message as it is sent."""

    def prepared(self) -> contextlib.AbstractContextManager[None]:
        """Make what the cases need; at the end of the block all that the demo made is removed."""

    def check(self) -> None:
        """Raise OperatorError where the demo must not run."""

    def print_log(self, seed: Progress) -> bool:
        """Print what the seed's container printed; False where that is wrong."""
