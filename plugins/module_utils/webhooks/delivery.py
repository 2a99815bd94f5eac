# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Delivery of callbacks over HTTP: many at once, each Job's in order.

An endpoint that is dead or slow delays only its own callbacks: it gets a share of the
workers, and once it did not answer in time, or has used up its time, the rest of its callbacks
are postponed to another run, as fair_share.py says. What was not tried counts as no attempt.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from . import attempts, pending
from .attempts import Attempt, Callback
from .delivery_options import DeliveryOptions
from .destinations import urls
from .destinations.lookups import Lookups
from .destinations.rules import Blocked, without_account
from .destinations.servers import endpoint_of, network_of
from .endpoints import Turn
from .fair_share import FairShare
from .http import errors
from .http.checked import CONNECT_TIMEOUT, TRAIL, Crowded
from .http.connections import Connections
from .http.retry_after import ASKS_FOR_TIME, seconds_of
from .http.urllib3_compat import urllib3
from .signatures import Secrets

SLOW_PART = 0.5  # of the timeout; an attempt that takes longer is slow
MOST_OF_ENDPOINT = 300  # characters of an endpoint that an error names
HEADERS = {"Content-Type": "application/json", "User-Agent": "sqs-k8s-jobs"}

NO_URL = "the webhook cannot be called: {0}"
NOT_YET = "an earlier status was not accepted yet"
FULL = "not called: others have all of the share of another address of its host"
TOO_SHORT = "no answer within {0} s, which is not all of its time"


def deliver(callbacks: list[Callback], options: DeliveryOptions) -> list[dict[str, Any]]:
    """Post each callback and return it with its attempt, in input order.

    Beside what an Attempt has, C(held_back) tells that an earlier one was not accepted, so that
    this one's turn has not come. Callbacks of one Job to one endpoint go one after the other, and
    none after one that was not accepted; others go side by side. Raises nothing for what an
    endpoint does.
    """
    seconds, reachable = min(options.seconds, CONNECT_TIMEOUT), options.route.reachable
    lookups = Lookups(options.route.resolve, seconds, reachable=reachable)
    options = replace(options, route=replace(options.route, resolve=lookups))
    endpoints = pending.endpoints(callbacks, options)
    shares = FairShare(endpoints, options.workers, options.seconds, lookups)
    courier = _Courier(shares, Connections(options.route, options.workers), options)
    results: list[dict[str, Any]] = [{} for ignored in callbacks]

    def work() -> None:
        while turn := shares.take():
            try:
                for index, answer in courier.deliver_chain(turn, callbacks):
                    results[index] = {**callbacks[index], **answer}
            finally:
                shares.give_back(turn)

    if endpoints:
        _side_by_side(work, min(options.workers, len(callbacks)))
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

    shares: FairShare
    connections: Connections
    options: DeliveryOptions

    def deliver_chain(
        self, turn: Turn, callbacks: list[Callback]
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """Post a chain's callbacks, up to the first failed attempt."""
        going = True
        for index in turn.chain:
            attempt = self._post(turn, callbacks[index]) if going else attempts.skipped(NOT_YET)
            yield index, {**attempt, "held_back": not going}
            going = attempt["accepted"]

    def _post(self, turn: Turn, callback: Callback) -> Attempt:
        """Post a callback, unless its URL has no share left in this run."""
        if not callback.get("url"):
            return attempts.accepted()  # there is nobody to call
        reason = self.shares.postponement(turn)
        if reason:
            return attempts.postponed(**vars(reason))
        TRAIL.follow(functools.partial(self.shares.move, turn))
        began = time.monotonic()
        attempt = post(self.connections, callback, self.options)
        attempt["slow"] = time.monotonic() - began > self.options.timeout * SLOW_PART
        went = TRAIL.went
        attempt["server"] = network_of(went.address) if went.address else None
        if not attempt["crowded"]:
            self.shares.note(turn, attempt, went)
        return attempt


def post(connections: Connections, callback: Callback, options: DeliveryOptions) -> Attempt:
    """Post a callback; a 2xx answer, read to its end, accepts it.

    One that is given up before the timeout is over has not had its time, and is postponed.
    """
    url = callback["url"] or ""
    fault = urls.fault(without_account(url))
    if fault:
        return attempts.failed(_at(callback, NO_URL.format(fault)))
    try:
        body, headers = _written(callback, options)
        said = connections.post(url, body, headers, options.seconds)
    except Blocked as exc:
        return attempts.failed(str(exc))
    except ValueError:
        return attempts.failed(_at(callback, NO_URL.format("it is no URL")))
    except (Crowded, urllib3.exceptions.HTTPError, OSError) as exc:
        return _failed(callback, exc, options)
    if 200 <= said.status < 300:
        return attempts.accepted(said.status)
    after = seconds_of(said.retry_after, time.time()) if said.status in ASKS_FOR_TIME else None
    return attempts.failed("HTTP status {0}".format(said.status), said.status, after)


def _failed(callback: Callback, exc: Exception, options: DeliveryOptions) -> Attempt:
    if isinstance(exc, Crowded):
        return attempts.postponed(_at(callback, FULL), crowded=True)
    if options.seconds < options.timeout and errors.is_timeout(exc):
        words = _at(callback, TOO_SHORT.format(options.seconds))
        return attempts.postponed(words)
    words = errors.describe(exc, min(options.seconds, CONNECT_TIMEOUT), options.seconds)
    return attempts.unanswered(_at(callback, words), silent=errors.is_unresponsive(exc))


def _written(callback: Callback, options: DeliveryOptions) -> tuple[bytes, dict[str, str]]:
    """Return a callback as it goes over the wire: its body and its headers.

    It has no signature where its message may not speak for the service whose secret that is.
    """
    body, delivery_id = callback["body"].encode("utf-8"), callback["delivery_id"]
    service = callback.get("service") or ""
    queue, sender = callback.get("queue") or "", callback.get("sender") or ""
    is_signed = options.speakers.may_speak(options.secrets.owner(service), queue, sender)
    secrets = options.secrets if is_signed else Secrets()
    signed = secrets.headers(service, delivery_id, body, time.time())
    trace = callback.get("traceparent")
    traced = {"traceparent": trace} if trace else {}
    return body, {**HEADERS, "webhook-id": delivery_id, **traced, **signed}


def _at(callback: Callback, failed: str) -> str:
    where = endpoint_of(callback["url"])[:MOST_OF_ENDPOINT]
    return "{0}: {1}".format(where, failed) if where else failed
