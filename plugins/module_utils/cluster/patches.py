# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""JSON merge patches of many objects, with one concurrent request each."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Optional

from ..common.printable import printable

try:
    from kubernetes.client import ApiException
    from urllib3.exceptions import HTTPError
except ImportError:
    pass  # the module says what is missing

HEADERS = {
    # Nobody reads the object that the API server would otherwise write out in full.
    "Accept": "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json",
}
TIMEOUT = 60  # seconds, for a request; the client heeds no float
# Answers that say no more than that the object is another one by now, or none.
CHANGED = (404, 409, 410)

Result = dict[str, Any]


class Patches:
    """Patches through a client of kubernetes.core, which knows the way and the credentials."""

    def __init__(self, client: Any, workers: int, dry_run: bool = False) -> None:
        self._client = client
        self._workers = workers
        self._query = {"dry_run": "All"} if dry_run else {}
        self._resources: dict[tuple[str, str], Any] = {}

    def apply(self, patches: list[dict[str, Any]]) -> list[Result]:
        """Apply all of them and return their results, in their order."""
        resources = [self._resource(patch) for patch in patches]
        with ThreadPoolExecutor(max(1, min(self._workers, len(patches)))) as pool:
            return list(pool.map(self._apply, resources, patches))

    def _resource(self, patch: dict[str, Any]) -> Any:
        kind = (patch["kind"], patch["apiVersion"])
        if kind not in self._resources:
            self._resources[kind] = self._client.resource(*kind)
        return self._resources[kind]

    def _apply(self, resource: Any, patch: dict[str, Any]) -> Result:
        error: Optional[str] = None
        fault = False
        try:
            answer = self._client.patch(
                resource,
                patch,
                content_type="application/merge-patch+json",
                header_params=dict(HEADERS),
                serialize=False,
                _request_timeout=TIMEOUT,
                **self._query,
            )
            answer.read()  # else its connection is of no use for the next one
            answer.release_conn()
        except ApiException as exc:
            error, fault = _words(exc), not _has_changed(exc)
        except (HTTPError, OSError, ValueError) as exc:
            error, fault = printable(str(exc)) or type(exc).__name__, True
        uid = patch["metadata"].get("uid")
        return {"ok": error is None, "error": error, "fault": fault, "uid": uid}


def _words(exc: Any) -> str:
    """Return the API server's error."""
    words = _status(exc).get("message")
    return printable(str(words)) if words else "{0} {1}".format(exc.status, exc.reason)


def _has_changed(exc: Any) -> bool:
    """Tell whether the object was replaced or deleted meanwhile: a uid never changes."""
    causes = (_status(exc).get("details") or {}).get("causes") or []
    fields = {one.get("field") for one in causes}  # before Kubernetes 1.36 it says each twice
    return exc.status in CHANGED or fields == {"metadata.uid"}


def _status(exc: Any) -> dict[str, Any]:
    try:
        status = json.loads(exc.body)
    except (TypeError, ValueError, RecursionError):
        return {}
    return status if isinstance(status, dict) else {}
