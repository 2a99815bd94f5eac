# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The filters of the role report: names for pure functions, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..module_utils.common.json_text import accepts_json, as_plain_data, returns_json
from ..module_utils.message import naming
from ..module_utils.objects import finalizers, records, selectors
from ..module_utils.observability import events, job_table
from ..module_utils.report import (
    actions,
    callbacks,
    event_warnings,
    failure_logs,
    receipts,
    terminations,
    writes,
)
from ..plugin_utils.untrusted import returns_data


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        found: dict[str, Callable[..., Any]] = {
            "by_hand_selectors": selectors.by_hand_selectors,
            "callbacks_due": callbacks.callbacks_due,
            "cancelled": terminations.cancelled,
            "checks": accepts_json(writes.checks),
            "created_callbacks": returns_json(callbacks.created_callbacks),
            "dead_letters": records.dead_letters,
            "dropped_events": events.of_dropped,
            "dead_letter_lines": records.lines,
            "decided": terminations.decided,
            "answer_events": accepts_json(events.of_answers),
            "details": accepts_json(receipts.details),
            "digest_selector": selectors.digest_selector,
            "digests": selectors.digests,
            "emptied": accepts_json(records.emptied),
            "expired": accepts_json(receipts.expired),
            "expired_events": events.of_expired,
            "failed_containers": accepts_json(failure_logs.failed_containers),
            "failure": terminations.failure,
            "id_label": naming.id_label,
            "k8s_results": writes.of_k8s,
            "kept": records.kept,
            "late": terminations.late,
            "log_ends": failure_logs.log_ends,
            "moved": records.moved,
            "line_events": events.of_lines,
            "outdated": finalizers.outdated,
            "outdated_selector": finalizers.outdated_selector,
            "plan": as_plain_data(actions.plan),
            "receipts": accepts_json(receipts.receipts),
            "record_selector": selectors.record_selector,
            "refused": accepts_json(receipts.refused),
            "rejection_selector": selectors.rejection_selector,
            "releases": finalizers.releases,
            "removals": finalizers.removals,
            "sendable": returns_json(accepts_json(receipts.sendable)),
            "table": job_table.table,
            "to_delete": terminations.to_delete,
            "unkept": writes.unkept,
            "untold": receipts.untold,
            "unwritten_events": writes.events,
            "warned": event_warnings.warned,
            "write_faults": writes.faults,
            "with_logs": returns_json(accepts_json(failure_logs.with_logs)),
        }
        return {name: returns_data(function) for name, function in found.items()}
