# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""urllib3, which the machine where a module runs may lack: to import this never fails.

Whoever uses it asks MISSING first.
"""

from __future__ import annotations

import traceback
from typing import Any

__all__ = [
    "MISSING",
    "HTTPConnection",
    "HTTPConnectionPool",
    "HTTPSConnection",
    "HTTPSConnectionPool",
    "urllib3",
]

MISSING: str | None = None  # why it is not there

try:
    import urllib3
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
except ImportError:
    MISSING = traceback.format_exc()
    urllib3: Any = None  # type: ignore[no-redef]

    class _Absent:
        """In the place of a class to build upon."""

    HTTPConnection: Any = _Absent  # type: ignore[no-redef]
    HTTPConnectionPool: Any = _Absent  # type: ignore[no-redef]
    HTTPSConnection: Any = _Absent  # type: ignore[no-redef]
    HTTPSConnectionPool: Any = _Absent  # type: ignore[no-redef]
