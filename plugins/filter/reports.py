# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The filters of the role report: names for pure functions, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..module_utils import callbacks, intake, job_state


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "callbacks_due": callbacks.callbacks_due,
            "digest_selector": intake.digest_selector,
            "failure": job_state.failure,
            "receipts": callbacks.receipts,
        }
