# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Delivering callbacks over HTTP: many at once, one id's in their order."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import urllib3

ANSWER_LIMIT = 4096  # bytes of an answer that are read, so that its connection can be reused
HEADERS = {"Content-Type": "application/json", "User-Agent": "sqs-k8s-jobs"}


def deliver(callbacks: list[dict[str, Any]], timeout: float, workers: int) -> list[dict[str, Any]]:
    """Post each callback and return it with C(accepted), C(code) and C(error), in input order.

    Callbacks of one id go one after the other, and none after one that was not accepted;
    those of different ids go side by side. Raises nothing for what an endpoint does.
    """
    pool = urllib3.PoolManager(num_pools=workers, maxsize=workers, retries=False)
    chains: dict[Any, list[int]] = {}
    for index, callback in enumerate(callbacks):
        chains.setdefault(callback.get("id") or index, []).append(index)
    results: list[dict[str, Any]] = [{} for ignored in callbacks]

    def run(chain: list[int]) -> None:
        going = True
        for index in chain:
            answer = post(pool, callbacks[index], timeout) if going else _held_back()
            going = answer["accepted"]
            results[index] = {**callbacks[index], **answer}

    with ThreadPoolExecutor(max_workers=workers) as executor:
        list(executor.map(run, chains.values()))
    pool.clear()
    return results


def post(
    pool: urllib3.PoolManager,
    callback: dict[str, Any],
    timeout: float,
    clock: Callable[[], float] = time.monotonic,
) -> dict[str, Any]:
    """Post one callback; a 2xx answer accepts it. Without a URL there is nobody to tell."""
    if not callback.get("url"):
        return {"accepted": True, "code": None, "error": None}
    deadline = clock() + timeout
    try:
        response = pool.request(
            "POST",
            callback["url"],
            body=callback["body"].encode("utf-8"),
            headers={**HEADERS, "webhook-id": callback["delivery_id"]},
            timeout=urllib3.Timeout(connect=min(timeout, 5.0), read=timeout),
            redirect=False,
            preload_content=False,
        )
    except (urllib3.exceptions.HTTPError, ValueError) as exc:
        return {
            "accepted": False,
            "code": None,
            "error": "{0}: {1}".format(type(exc).__name__, exc),
        }
    _finish(response, deadline, clock)
    accepted = 200 <= response.status < 300
    error = None if accepted else "HTTP status {0}".format(response.status)
    return {"accepted": accepted, "code": response.status, "error": error}


def _finish(
    response: urllib3.BaseHTTPResponse, deadline: float, clock: Callable[[], float]
) -> None:
    """Read a small answer to its end, for the connection's reuse; leave any other where it is."""
    size = 0
    try:
        while clock() < deadline:
            part = response.read1(ANSWER_LIMIT)
            size += len(part)
            if not part:
                response.release_conn()
                return
            if size > ANSWER_LIMIT:
                break
    except (urllib3.exceptions.HTTPError, OSError):
        pass  # the status said all there is to know
    response.close()


def _held_back() -> dict[str, Any]:
    return {"accepted": False, "code": None, "error": "an earlier status was not accepted yet"}
