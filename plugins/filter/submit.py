# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The filters of the role submit: names for pure functions, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..module_utils.manifest import golden, preview
from ..module_utils.submit import (
    name_conflicts,
    new_messages,
    outcomes,
    pilots,
    rejections,
)
from ..plugin_utils.untrusted import returns_data


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        found: dict[str, Callable[..., Any]] = {
            "final_outcomes": outcomes.final_outcomes,
            "golden_cases": golden.golden_cases,
            "name_conflicts": name_conflicts.name_conflicts,
            "new_messages": new_messages.new_messages,
            "outcomes": outcomes.outcomes,
            "preview": preview.lines,
            "rejections": rejections.rejections,
            "rendered_manifests": pilots.rendered_manifests,
        }
        return {name: returns_data(function) for name, function in found.items()}
