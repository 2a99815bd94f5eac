# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The questions that a play asks of a Job while it waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..module_utils.objects import job_status, state
from ..module_utils.report.exceptional import terminations


class TestModule:
    def tests(self) -> dict[str, Callable[..., Any]]:
        return {
            "ended": terminations.is_over,
            "failed": terminations.is_failed,
            "delivered": state.callbacks_complete,
            "needs_pods": terminations.needs_pods,
            "started": job_status.is_started,
        }
