# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Delivering callbacks over HTTP: many at once, one Job's in their order.

An endpoint that is dead or slow delays only its own callbacks: it gets a share of the
workers, and once it did not answer in time, or has used up its time, the rest of its callbacks
are postponed to another run, as shares.py says. What was not tried counts as no attempt.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from . import pending
from .delivery_options import Means
from .destinations import urls
from .destinations.lookups import Lookups
from .destinations.rules import Refused, without_account
from .destinations.servers import endpoint_of
from .fair_share import Shares
from .http import errors
from .http.checked import CONNECT_TIMEOUT, TRAIL
from .http.connections import Connections
from .http.retry_after import ASKS_FOR_TIME, seconds_of
from .http.urllib3_compat import urllib3
from .round_robin import NOWHERE, Turn
from .signatures import Secrets

MOST_OF_ENDPOINT = 300  # characters of an endpoint that an error names
HEADERS = {"Content-Type": "application/json", "User-Agent": "sqs-k8s-jobs"}

NO_URL = "the webhook cannot be called: {0}"
NOT_YET = "an earlier status was not accepted yet"
TOO_SHORT = "no answer within {0} s, which is not all of its time"

Callback = dict[str, Any]
Answer = dict[str, Any]

_EMPTY = {
    "code": None,
    "error": None,
    "silent": False,
    "postponed": False,
    "crowded": False,
    "retry_after": None,
}


def deliver(callbacks: list[Callback], means: Means) -> list[dict[str, Any]]:
    """Post each callback and return it with its answer, in input order.

    An answer has C(accepted), C(code) (the HTTP status), C(error) (why it was not accepted),
    C(silent) (the endpoint gave no answer in time, or is not there), C(postponed) (it does not
    count as an attempt), C(crowded) (it is postponed for no reason of its endpoint) and
    C(retry_after) (seconds for which the endpoint asks). Beside it, C(held_back) tells that an
    earlier one was not accepted, so that this one's turn has not come. Callbacks of one Job to
    one endpoint go one after the other, and none after one that was not accepted; others go
    side by side. Raises nothing for what an endpoint does.
    """
    seconds, reachable = min(means.seconds, CONNECT_TIMEOUT), means.route.reachable
    lookups = Lookups(means.route.resolve, seconds, reachable=reachable)
    means = replace(means, route=replace(means.route, resolve=lookups))
    endpoints = pending.endpoints(callbacks, means)
    shares = Shares(endpoints, means.workers, means.seconds, lookups)
    courier = _Courier(shares, Connections(means.route, means.workers), means)
    results: list[dict[str, Any]] = [{} for ignored in callbacks]

    def work() -> None:
        while turn := shares.take():
            try:
                for index, answer in courier.told(turn, callbacks):
                    results[index] = {**callbacks[index], **answer}
            finally:
                shares.give_back(turn)

    if endpoints:
        _side_by_side(work, min(means.workers, len(callbacks)))
    courier.connections.close()
    return results


def _side_by_side(work: Callable[[], None], workers: int) -> None:
    """Have so many do the work; where there are no threads for them, those that there are."""
    begun = []
    with ThreadPoolExecutor(max_workers=workers) as executor:
        try:
            for _number in range(workers):
                begun.append(executor.submit(work))
        except RuntimeError:
            work()
    for one in begun:
        one.result()


@dataclass(frozen=True)
class _Courier:
    """Posts chains, each endpoint's while it has a share left."""

    shares: Shares
    connections: Connections
    means: Means

    def told(self, turn: Turn, callbacks: list[Callback]) -> Iterator[tuple[int, Answer]]:
        """Post a chain's callbacks; none after one that was not accepted."""
        going = True
        for index in turn.chain:
            held = _answer(False, error=NOT_YET)
            answer = self._post(turn, callbacks[index]) if going else held
            yield index, {**answer, "held_back": not going}
            going = answer["accepted"]

    def _post(self, turn: Turn, callback: Callback) -> Answer:
        """Post one callback, unless its URL has no share left in this run."""
        if not callback.get("url"):
            return _answer(True)  # there is nobody to tell
        refused = self.shares.refuse(turn)
        if refused:
            return _answer(False, **vars(refused), postponed=True)
        TRAIL.went = NOWHERE
        answer = post(self.connections, callback, self.means)
        late = answer["silent"] or answer["postponed"]
        self.shares.note(turn, silent=answer["silent"], late=late, went=TRAIL.went)
        return answer


def post(connections: Connections, callback: Callback, means: Means) -> Answer:
    """Post one callback; a 2xx answer, read to its end, accepts it.

    One that is given up before the timeout is over has not had its time, and is postponed.
    """
    fault = urls.fault(without_account(callback["url"]))
    if fault:
        return _answer(False, error=_at(callback, NO_URL.format(fault)))
    try:
        body, headers = _written(callback, means)
        said = connections.post(callback["url"], body, headers, means.seconds)
    except Refused as exc:
        return _answer(False, error=str(exc))
    except ValueError:
        return _answer(False, error=_at(callback, NO_URL.format("it is no URL")))
    except (urllib3.exceptions.HTTPError, OSError) as exc:
        return _failed(callback, exc, means)
    accepted = 200 <= said.status < 300
    error = None if accepted else "HTTP status {0}".format(said.status)
    after = seconds_of(said.retry_after, time.time()) if said.status in ASKS_FOR_TIME else None
    return _answer(accepted, code=said.status, error=error, retry_after=after)


def _failed(callback: Callback, exc: Exception, means: Means) -> Answer:
    if means.seconds < means.timeout and errors.is_late(exc):
        words = _at(callback, TOO_SHORT.format(means.seconds))
        return _answer(False, error=words, postponed=True)
    words = errors.words(exc, min(means.seconds, CONNECT_TIMEOUT), means.seconds)
    return _answer(False, error=_at(callback, words), silent=errors.is_silence(exc))


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
    where = endpoint_of(callback["url"])[:MOST_OF_ENDPOINT]
    return "{0}: {1}".format(where, failed) if where else failed


def _answer(accepted: bool, **more: Any) -> Answer:
    return {**_EMPTY, "accepted": accepted, **more}
