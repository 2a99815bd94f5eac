# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Tests of what was written to the API server: names for pure functions, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..module_utils.cluster import create_result
from ..module_utils.report import writes


class TestModule:
    def tests(self) -> dict[str, Callable[..., bool]]:
        return {"missing_namespace": is_missing_namespace, "unwritten": is_unwritten}


def is_missing_namespace(registered: dict[str, Any], name: str) -> bool:
    """Tell whether an object could not be created since the namespace C(name) does not exist."""
    return create_result.lacks_namespace(registered, name)


def is_unwritten(written: dict[str, Any]) -> bool:
    """Tell whether a write failed for an operator to set right."""
    return bool(writes.faults([written]))
