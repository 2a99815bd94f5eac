# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The filters of the role submit: names for pure functions, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..module_utils.manifest import golden, preview
from ..module_utils.report import writes
from ..module_utils.submit import holdups, name_conflicts, outcomes, pilots, rejections
from ..plugin_utils.untrusted import returns_data


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        found: dict[str, Callable[..., Any]] = {
            "binding_records": rejections.binding,
            "conclude": outcomes.conclude,
            "ended_names": name_conflicts.ended,
            "followers": pilots.followers,
            "give_up": holdups.give_up,
            "golden_cases": golden.cases,
            "golden_differences": golden.differences,
            "golden_lines": golden.lines,
            "manifests": outcomes.manifests,
            "outcomes": outcomes.outcomes,
            "pilots": pilots.pilots,
            "preview": preview.lines,
            "recorded": rejections.recorded,
            "refusals": rejections.new_records,
            "rename": name_conflicts.rename,
            "reopenings": rejections.reopenings,
            "taken": name_conflicts.taken,
            "to_create": outcomes.to_create,
            "to_judge": outcomes.to_judge,
            "to_try": holdups.to_try,
            "unless_gone": rejections.unless_gone,
            "unrecorded": writes.unrecorded,
        }
        return {name: returns_data(function) for name, function in found.items()}
