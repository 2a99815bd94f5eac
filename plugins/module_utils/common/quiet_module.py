# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""A module whose arguments are confidential: callers' URLs, bodies, objects."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import AnsibleModule


class QuietModule(AnsibleModule):
    """Keeps its arguments out of the system's log, and out of its result.

    The play copies a result several times, and the arguments are its largest part.
    """

    def exit_json(self, **result: Any) -> None:
        """End with this result."""
        super().exit_json(invocation={"module_args": {}}, **result)

    def _log_invocation(self) -> None:
        """Log nothing."""
