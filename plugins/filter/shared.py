# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The filters of both roles: names for pure functions, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..module_utils.objects import selectors
from ..module_utils.observability import events
from ..plugin_utils.untrusted import returns_data


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "events": returns_data(events.events),
            "selectors": returns_data(selectors.selectors),
        }
