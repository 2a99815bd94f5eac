# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The filters of the role report: names for pure functions, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..module_utils.common.json_text import as_plain_data, returns_json
from ..module_utils.objects import records, selectors
from ..module_utils.observability import job_table
from ..module_utils.report import actions, callbacks, deliveries, recording
from ..module_utils.report.exceptional import failure_logs
from ..plugin_utils.untrusted import returns_data


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        found: dict[str, Callable[..., Any]] = {
            "deliveries": deliveries.deliveries,
            "id_digests": selectors.id_digests,
            "id_selectors": selectors.id_selectors,
            "inline_callbacks": returns_json(callbacks.inline_callbacks),
            "job_table": job_table.job_table,
            "moved_records": records.moved_records,
            "pending_actions": as_plain_data(actions.pending_actions),
            "receipts": recording.receipts,
            "stored_callbacks": records.stored_callbacks,
            "with_failure_log": failure_logs.with_failure_log,
        }
        return {name: returns_data(function) for name, function in found.items()}
