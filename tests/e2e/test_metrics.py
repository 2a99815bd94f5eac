"""What a runner at work says of itself over HTTP."""

from __future__ import annotations

import json
import re

import pytest
import urllib3
from cluster.ports import free_ports
from prometheus_client.parser import text_string_to_metric_families
from support.wait import until

CALLBACKS = ("callbacks_total", {"status": "2", "outcome": "accepted"})


@pytest.fixture
def get(runner):
    """Read a page of a runner that was started to serve them."""
    address = f"127.0.0.1:{free_ports(1)[0]}"
    runner.start(SQS_K8S_JOBS_LISTEN=address)
    pool = urllib3.PoolManager(retries=False)
    return lambda path: pool.request("GET", f"http://{address}{path}")


@pytest.fixture
def value(get):
    """Read the value of one metric."""

    def read(name, labels=()):
        text = get("/metrics").data.decode()
        return sum(
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == f"sqs_k8s_jobs_{name}"
            and dict(labels).items() <= sample.labels.items()
        )

    return read


def test_messages_jobs_and_callbacks_are_counted_and_their_times_taken(runner, value, get, message):
    ids = ("measured-1", "measured-2")
    runner.queue.send(*(json.dumps(message(one)) for one in ids), "{")
    until(lambda: value(*CALLBACKS) == 2, "both ends are told")
    until(
        lambda: value("messages_total", {"outcome": "refused"}) == 1, "what is no JSON is refused"
    )

    assert value("messages_total", {"outcome": "created"}) == 2
    assert value("messages_received_total") >= 3
    assert value("message_to_job_seconds_count") == 2
    until(lambda: value("jobs", {"state": "reported"}) >= 2, "the watch has seen both ends told")
    assert value("end_to_callback_seconds_count") >= 1
    assert value("oldest_undelivered_callback_seconds") == 0
    assert value("ready") == 1
    assert get("/healthz").status == get("/readyz").status == 200
    text = get("/metrics").data.decode()
    assert not re.search("|".join(ids), text)


def test_a_callback_that_is_not_accepted_shows_as_one_that_waits(runner, value, message, receiver):
    receiver.answer = lambda _body: 503
    runner.queue.send(json.dumps(message("unheard")))

    until(
        lambda: value("callbacks_total", {"outcome": "not_accepted"}) > 0, "a callback is refused"
    )
    until(lambda: value("oldest_undelivered_callback_seconds") > 0, "a callback waits")
    receiver.answer = None
    until(lambda: receiver.statuses_of("unheard")[-1:] == [2], "the last callback is accepted")
    until(lambda: value("oldest_undelivered_callback_seconds") == 0, "none waits")
