# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""PyYAML, which the machine where a module runs may lack: to import this never fails.

Whoever uses it asks MISSING first; on a controller it is always there.
"""

from __future__ import annotations

import traceback
from typing import Any

__all__ = ["MISSING", "yaml"]

MISSING: str | None = None  # why it is not there

try:
    import yaml
except ImportError:
    MISSING = traceback.format_exc()
    yaml: Any = None  # type: ignore[no-redef]
