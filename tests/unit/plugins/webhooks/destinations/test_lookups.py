"""Hosts looked up side by side: whatever becomes of a lookup, who asks for it hears it."""

import socket
import threading

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations import (
    lookups as lookups_module,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.destinations.lookups import (
    Lookups,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http.routes import Route
from kit.builders.delivery_options import deliver

FOUND = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("203.0.113.1", 80))]


@pytest.fixture
def no_threads(monkeypatch):
    """As where a container has as many threads as it may have."""

    def start(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)


@pytest.fixture
def lookups():
    return Lookups(lambda *_, **__: FOUND, 3.0)


@pytest.mark.usefixtures("no_threads")
def test_a_lookup_whose_thread_cannot_start_has_failed_and_no_more(lookups):
    failed = lookups.begin("caller.example", 80)

    assert isinstance(failed.exception(timeout=0), OSError)
    assert lookups.begin("203.0.113.1", 80).result(timeout=0) == FOUND
    assert lookups.seconds_to_next() is None


@pytest.mark.usefixtures("no_threads")
def test_of_a_host_that_is_looked_up_alone_the_same_is_heard():
    with pytest.raises(OSError, match="thread"):
        Route(resolve=lambda *_, **__: FOUND).allowed("caller.example", 80)


def test_callbacks_to_others_go_on_where_one_lookup_has_no_thread(endpoint, monkeypatch):
    begin = lookups_module.start

    def refuse(target, *args):
        if args[:1] == (("caller.example", 80),):
            raise OSError(11, lookups_module.NO_THREAD)
        begin(target, *args)

    monkeypatch.setattr(lookups_module, "start", refuse)

    failed, told = deliver("http://caller.example/", endpoint.url)

    assert (failed["accepted"], told["accepted"]) == (False, True)
    assert "no thread" in failed["error"]


def test_callbacks_go_on_where_no_worker_has_a_thread(endpoint, monkeypatch):
    start = threading.Thread.start

    def refuse(thread):
        if thread.name.startswith("ThreadPoolExecutor"):
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)

    assert [one["accepted"] for one in deliver(endpoint.url, endpoint.url)] == [True, True]


def test_of_a_host_with_thousands_of_addresses_few_are_remembered():
    many = [(*FOUND[0][:4], (f"203.0.113.{n % 250}", n)) for n in range(5000)]

    found = Lookups(lambda *_, **__: many, 3.0).begin("caller.example", 80).result()

    assert found == many[: lookups_module.MOST_FOUND + 1]
