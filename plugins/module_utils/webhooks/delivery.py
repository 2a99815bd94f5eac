# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Delivering callbacks over HTTP: many at once, one Job's in their order.

An endpoint that is dead or slow delays only its own callbacks: it gets a share of the
workers, and once it did not answer in time, or has used up its time, the rest of its callbacks
are postponed to another run. What was not tried does not count as an attempt.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from typing import Any

from . import failures
from .checked import CONNECT_TIMEOUT
from .connections import Connections
from .destinations import Refused, endpoint_of
from .library import urllib3
from .means import Means
from .retry_after import ASKS_FOR_TIME, seconds_of
from .signatures import Secrets

MOST_OF_ENDPOINT = 300  # characters of an endpoint that an error names
SHARE = 4  # an endpoint gets at most one in so many workers
HEADERS = {"Content-Type": "application/json", "User-Agent": "sqs-k8s-jobs"}

NO_URL = "not a URL that can be called"
NOT_YET = "an earlier status was not accepted yet"
SILENT = "not tried: the endpoint did not answer another callback in time"
NO_TIME = "not tried: the endpoint has used up its time in this run"
TOO_SHORT = "no answer within {0} s, which is not all of its time"

Callback = dict[str, Any]
Answer = dict[str, Any]

_EMPTY = {"code": None, "error": None, "silent": False, "postponed": False, "retry_after": None}


def deliver(callbacks: list[Callback], means: Means) -> list[dict[str, Any]]:
    """Post each callback and return it with its answer, in input order.

    An answer has C(accepted), C(code) (the HTTP status), C(error) (why it was not accepted),
    C(silent) (the endpoint gave no answer in time, or is not there), C(postponed) (it does not
    count as an attempt) and C(retry_after) (seconds for which the endpoint asks). Beside it,
    C(held_back) tells that an earlier one was not accepted, so that this one's turn has not come.
    Callbacks of one Job go one after the other, and none after one that was not accepted;
    those of different ones go side by side. Raises nothing for what an endpoint does.
    """
    connections = Connections(means.route, means.workers)
    results: list[dict[str, Any]] = [{} for ignored in callbacks]

    def run(part: tuple[Endpoint, list[list[int]]]) -> None:
        endpoint, chains = part
        for chain in chains:
            going = True
            for index in chain:
                held = _answer(False, error=NOT_YET)
                answer = endpoint.post(connections, callbacks[index]) if going else held
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
            return _answer(True)  # there is nobody to tell
        if self._began is None:
            self._began = self._clock()
        if self._silent:
            return _answer(False, error=SILENT, silent=True, postponed=True)
        if self._clock() - self._began > self._means.seconds:
            return _answer(False, error=NO_TIME, postponed=True)
        answer = post(connections, callback, self._means)
        self._silent = self._silent or answer["silent"]
        return answer


def post(connections: Connections, callback: Callback, means: Means) -> Answer:
    """Post one callback; a 2xx answer, read to its end, accepts it.

    One that is given up before the timeout is over has not had its time, and is postponed.
    """
    try:
        body, headers = _written(callback, means)
        said = connections.post(callback["url"], body, headers, means.seconds)
    except Refused as exc:
        return _answer(False, error=str(exc))
    except ValueError:
        return _answer(False, error=_at(callback, NO_URL))
    except (urllib3.exceptions.HTTPError, OSError) as exc:
        return _failed(callback, exc, means)
    accepted = 200 <= said.status < 300
    error = None if accepted else "HTTP status {0}".format(said.status)
    after = seconds_of(said.retry_after, time.time()) if said.status in ASKS_FOR_TIME else None
    return _answer(accepted, code=said.status, error=error, retry_after=after)


def _failed(callback: Callback, exc: Exception, means: Means) -> Answer:
    if means.seconds < means.timeout and failures.is_late(exc):
        words = _at(callback, TOO_SHORT.format(means.seconds))
        return _answer(False, error=words, postponed=True)
    words = failures.words(exc, min(means.seconds, CONNECT_TIMEOUT), means.seconds)
    return _answer(False, error=_at(callback, words), silent=failures.is_silence(exc))


def _written(callback: Callback, means: Means) -> tuple[bytes, dict[str, str]]:
    """Return a callback as it goes over the wire: its body and its headers.

    It has no signature where its message may not speak for the service whose secret that is.
    """
    body, delivery_id = callback["body"].encode("utf-8"), callback["delivery_id"]
    service, queue, sender = (callback.get(name) or "" for name in ("service", "queue", "sender"))
    is_signed = means.speakers.may_speak(means.secrets.owner(service), queue, sender)
    secrets = means.secrets if is_signed else Secrets()
    signed = secrets.headers(service, delivery_id, body, time.time())
    trace = callback.get("traceparent")
    traced = {"traceparent": trace} if trace else {}
    return body, {**HEADERS, "webhook-id": delivery_id, **traced, **signed}


def _at(callback: Callback, failed: str) -> str:
    return "{0}: {1}".format(endpoint_of(callback["url"])[:MOST_OF_ENDPOINT], failed)


def _parts(callbacks: list[Callback], means: Means) -> list[tuple[Endpoint, list[list[int]]]]:
    """Cut the work into parts, for each endpoint a few, and let the endpoints take turns."""
    chains: dict[Any, list[int]] = {}
    for index, callback in enumerate(callbacks):
        chains.setdefault(_whose(callback, index), []).append(index)
    chains_of: dict[str, list[list[int]]] = {}
    for chain in chains.values():
        chains_of.setdefault(endpoint_of(callbacks[chain[0]].get("url")), []).append(chain)
    share = max(1, means.workers // SHARE)
    cut = []
    for own in chains_of.values():
        endpoint = Endpoint(means)
        cut.append([(endpoint, own[start::share]) for start in range(min(share, len(own)))])
    return [part for turn in zip_longest(*cut) for part in turn if part]


def _whose(callback: Callback, index: int) -> Any:
    """Return what callbacks have in common that are sent in their order: the Job that they tell of.

    Its id may be another sender's, too: what that one's webhook does is no matter of this one.
    """
    about = callback.get("about") or callback.get("record")
    if isinstance(about, dict):
        return about["metadata"]["uid"]
    return (callback["id"], callback.get("url")) if callback.get("id") else index


def _answer(accepted: bool, **more: Any) -> Answer:
    return {**_EMPTY, "accepted": accepted, **more}
