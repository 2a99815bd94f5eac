# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Checks of a play before it includes tasks of another collection."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec


class TestModule:
    def tests(self) -> dict[str, Callable[[str], bool]]:
        return {"installed": is_installed}


def is_installed(name: str) -> bool:
    """Tell whether a collection is where Ansible finds it; C(name) is C(NAMESPACE.NAME)."""
    try:
        return find_spec("ansible_collections.{0}".format(name)) is not None
    except ImportError:  # nothing of its namespace is there
        return False
