# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Tests of what kubernetes.core.k8s has returned: names for pure functions, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..module_utils.cluster import create_result


class TestModule:
    def tests(self) -> dict[str, Callable[..., bool]]:
        return {"missing_namespace": is_missing_namespace}


def is_missing_namespace(registered: dict[str, Any], name: str) -> bool:
    """Tell whether an object could not be created since the namespace C(name) does not exist."""
    return create_result.lacks_namespace(registered, name)
