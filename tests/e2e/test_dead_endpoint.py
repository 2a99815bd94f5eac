"""An endpoint that hangs delays only its own callbacks, at full load."""

from __future__ import annotations

import json
import socket
from contextlib import ExitStack

import pytest
from sqs_k8s_jobs.demo.receiver import Receiver
from support.wait import until

ENDPOINTS = 20
MESSAGES = 10  # for each endpoint


@pytest.fixture
def silent():
    """The URL of an endpoint that takes connections and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(256)
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


def test_one_endpoint_among_twenty_that_hangs_delays_only_its_own(runner, message, silent):
    with ExitStack() as stack:
        callers = [stack.enter_context(Receiver()) for _ in range(ENDPOINTS - 1)]
        urls = [caller.url for caller in callers]
        alone = flood(runner, message, callers, urls, "alone")

        beside = flood(runner, message, callers, [*urls, silent], "beside")

    assert beside < 3 * alone
    assert "dead-" not in "".join(accepted(runner))


def flood(runner, message, callers, urls, name):
    """Send messages for each URL; return how long the callers waited for all of theirs."""
    bodies, ids = [], {}
    for number in range(MESSAGES):
        for place, url in enumerate(urls):
            message_id = f"{name if place < len(callers) else 'dead'}-{place}-{number}"
            body = message(message_id)
            body["webhook"]["url"] = url
            bodies.append(json.dumps(body))
            if place < len(callers):
                ids[message_id] = callers[place]
    if name == "alone":
        runner.start()
    before = sum(len(caller.callbacks()) for caller in callers)
    runner.queue.send(*bodies)
    until(
        lambda: all(caller.statuses_of(one) == [0, 1, 2] for one, caller in ids.items()),
        "every caller that answers has heard 0, 1, 2",
    )
    heard = sorted(one.heard for caller in callers for one in caller.callbacks())[before:]
    return heard[-1] - heard[0]


def accepted(runner):
    """The lines of the log about callbacks that were accepted."""
    return [line for line in runner.log().splitlines() if "callback accepted" in line]
