# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Delivering callbacks over HTTP: many at once, one id's in their order.

An endpoint that is dead or slow delays only its own callbacks: it gets a share of the
workers, and once it did not answer in time, the rest of its callbacks wait for another run.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from typing import Any

from . import failures
from .connections import CONNECT_TIMEOUT, Connections
from .destinations import Refused, endpoint_of
from .library import urllib3
from .means import Means
from .signatures import Secrets

ANSWER_LIMIT = 4096  # bytes of an answer that are read, so that its connection can be reused
MOST_OF_ENDPOINT = 300  # characters of an endpoint that an error names
SHARE = 4  # an endpoint gets at most one in so many workers
HEADERS = {"Content-Type": "application/json", "User-Agent": "sqs-k8s-jobs"}

NO_URL = "not a URL that can be called"
NOT_YET = "an earlier status was not accepted yet"
NOT_TRIED = "not tried: the endpoint did not answer another callback in time"

Callback = dict[str, Any]
Answer = dict[str, Any]


def deliver(callbacks: list[Callback], means: Means) -> list[dict[str, Any]]:
    """Post each callback and return it with its answer, in input order.

    An answer has C(accepted), C(code) (the HTTP status), C(error) (why it was not accepted)
    and C(silent) (the endpoint gave no answer in time). Beside it, C(held_back) tells that an
    earlier one was not accepted, so that this one's turn has not come.
    Callbacks of one id go one after the other, and none after one that was not accepted;
    those of different ids go side by side. Raises nothing for what an endpoint does.
    """
    connections = Connections(means.route, means.workers)
    results: list[dict[str, Any]] = [{} for ignored in callbacks]

    def run(part: tuple[Endpoint, list[list[int]]]) -> None:
        endpoint, chains = part
        for chain in chains:
            going = True
            for index in chain:
                answer = (
                    endpoint.post(connections, callbacks[index]) if going else _refused(NOT_YET)
                )
                results[index] = {**callbacks[index], **answer, "held_back": not going}
                going = answer["accepted"]

    with ThreadPoolExecutor(max_workers=means.workers) as executor:
        list(executor.map(run, _parts(callbacks, means)))
    connections.close()
    return results


class Endpoint:
    """Where callbacks go, and whether it still answers."""

    def __init__(self, means: Means, clock: Callable[[], float] = time.monotonic) -> None:
        self._means = means
        self._clock = clock
        self._began: float | None = None
        self._silent = False

    def post(self, connections: Connections, callback: Callback) -> Answer:
        """Post one callback, unless the endpoint was silent or used up its time in this run."""
        if not callback.get("url"):
            # There is nobody to tell.
            return {"accepted": True, "code": None, "error": None, "silent": False}
        if self._began is None:
            self._began = self._clock()
        if self._silent or self._clock() - self._began > self._means.timeout:
            return _refused(NOT_TRIED, silent=True)
        answer = post(connections, callback, self._means, self._clock)
        self._silent = self._silent or answer["silent"]
        return answer


def post(
    connections: Connections,
    callback: Callback,
    means: Means,
    clock: Callable[[], float] = time.monotonic,
) -> Answer:
    """Post one callback; a 2xx answer accepts it."""
    deadline = clock() + means.timeout
    try:
        body, headers = _written(callback, means.secrets)
        response = connections.post(callback["url"], body, headers, means.timeout)
    except Refused as exc:
        return _refused(str(exc))
    except ValueError:
        return _refused(_at(callback, NO_URL))
    except (urllib3.exceptions.HTTPError, OSError) as exc:
        failed = failures.words(exc, min(means.timeout, CONNECT_TIMEOUT), means.timeout)
        return _refused(_at(callback, failed), silent=True)
    _finish(response, deadline, clock)
    accepted = 200 <= response.status < 300
    error = None if accepted else "HTTP status {0}".format(response.status)
    return {"accepted": accepted, "code": response.status, "error": error, "silent": False}


def _written(callback: Callback, secrets: Secrets) -> tuple[bytes, dict[str, str]]:
    """Return a callback as it goes over the wire: its body and its headers."""
    body, delivery_id = callback["body"].encode("utf-8"), callback["delivery_id"]
    signed = secrets.headers(callback.get("service"), delivery_id, body, time.time())
    trace = callback.get("traceparent")
    traced = {"traceparent": trace} if trace else {}
    return body, {**HEADERS, "webhook-id": delivery_id, **traced, **signed}


def _at(callback: Callback, failed: str) -> str:
    return "{0}: {1}".format(endpoint_of(callback["url"])[:MOST_OF_ENDPOINT], failed)


def _parts(callbacks: list[Callback], means: Means) -> list[tuple[Endpoint, list[list[int]]]]:
    """Cut the work into parts, for each endpoint a few, and let the endpoints take turns."""
    chains: dict[Any, list[int]] = {}
    for index, callback in enumerate(callbacks):
        chains.setdefault(callback.get("id") or index, []).append(index)
    chains_of: dict[str, list[list[int]]] = {}
    for chain in chains.values():
        chains_of.setdefault(endpoint_of(callbacks[chain[0]].get("url")), []).append(chain)
    share = max(1, means.workers // SHARE)
    cut = []
    for own in chains_of.values():
        endpoint = Endpoint(means)
        cut.append([(endpoint, own[start::share]) for start in range(min(share, len(own)))])
    return [part for turn in zip_longest(*cut) for part in turn if part]


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


def _refused(error: str, silent: bool = False) -> Answer:
    return {"accepted": False, "code": None, "error": error, "silent": silent}
