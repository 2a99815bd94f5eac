# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Callbacks that wait: sorted by endpoint, URL and Job, in the order of their turns."""

from __future__ import annotations

import random
from itertools import zip_longest
from typing import Any

from .attempts import Callback
from .delivery_options import DeliveryOptions
from .destinations.lookups import Key
from .destinations.rules import Blocked
from .destinations.servers import PORTS, endpoint_of
from .endpoints import Chain, Endpoint
from .http.routes import Route
from .http.urllib3_compat import urllib3


def endpoints(callbacks: list[Callback], options: DeliveryOptions) -> list[Endpoint]:
    """Sort callbacks by endpoint, URL and Job.

    Both are in the order of their turns: where others use up an endpoint's time or its server's, in
    this run and those before, that is who came later.
    """
    chains: dict[Any, Chain] = {}
    for index, callback in enumerate(callbacks):
        name = endpoint_of(callback.get("url"))
        chains.setdefault((name, _whose(callback, index)), []).append(index)
    names = {chain[0]: name for (name, _job), chain in chains.items()}
    of: dict[str, list[Chain]] = {}
    for chain in _in_turn(list(chains.values()), callbacks):
        of.setdefault(names[chain[0]], []).append(chain)
    return [_endpoint(name, found, callbacks, options) for name, found in of.items()]


def _endpoint(
    name: str, chains: list[Chain], callbacks: list[Callback], options: DeliveryOptions
) -> Endpoint:
    """Return an endpoint with the chains that wait for it, each at its first callback's URL."""
    target = _target(callbacks[chains[0][0]].get("url"), options.route)
    made = Endpoint(name, target, name in options.answering, options.answering.get(name))
    waiting: dict[Any, list[Chain]] = {}
    for chain in _in_turn(chains, callbacks, shuffled=True):
        waiting.setdefault(callbacks[chain[0]].get("url"), []).append(chain)
    for of_url in waiting.values():
        made.add(of_url)
    return made


def _in_turn(
    chains: list[Chain], callbacks: list[Callback], *, shuffled: bool = False
) -> list[Chain]:
    """Return chains in the order of their turns, so that nobody waits for all that comes after it.

    By turns come those that were never tried, of which the oldest is first, and the others. Where
    wanted, any of the first come between them, so that nobody waits for all that came before it.
    """
    tried: list[Chain] = []
    others: list[Chain] = []
    for chain in chains:
        first = callbacks[chain[0]]
        (tried if (first.get("retry") or {}).get("tries") else others).append(chain)
    others.sort(key=lambda chain: callbacks[chain[0]].get("created") or "")
    any_of_them = random.sample(others, len(others)) if shuffled else []
    turns = zip_longest(others, any_of_them, tried)
    return list({id(chain): chain for turn in turns for chain in turn if chain}.values())


def _target(url: Any, route: Route) -> Key | None:
    """Return the host and the port that are looked up for a URL, if they may be."""
    try:
        target = urllib3.util.parse_url(url or "")
        host, port = target.host or "", target.port or PORTS.get(target.scheme or "")
        route.destinations.check_host(host)
    except (ValueError, Blocked):
        return None
    return (host.strip("[]"), port) if host and port else None


def _whose(callback: Callback, index: int) -> Any:
    """Return the key of callbacks that are sent in order: their Job.

    Its id may be another sender's, too: what that one's webhook does is no matter of this one.
    """
    about = callback.get("about") or callback.get("stored_in")
    if isinstance(about, dict):
        return about["metadata"]["uid"]
    return (callback["id"], callback.get("url")) if callback.get("id") else index
