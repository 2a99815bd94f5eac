"""HTTP pages of a runner at work."""

import pytest
from cluster import Cluster
from kit.wait import until


@pytest.fixture(scope="module")
def cluster():
    """A cluster with no Job of other tests, since the metrics are of all Jobs in it."""
    with Cluster(fake_nodes=1) as started:
        yield started


def test_messages_jobs_and_callbacks_are_counted_and_their_times_taken(runner, scraped, message):
    ids, value = ("measured-1", "measured-2"), scraped.value
    runner.queue.send(*map(message, ids), "{")
    accepted = {"status": "2", "result": "accepted"}
    until(lambda: value("callback_attempts_total", **accepted) == 2, "both ends are told")
    until(
        lambda: value("messages_processed_total", outcome="rejected") == 1,
        "what is no JSON is refused",
    )

    until(
        lambda: value("messages_processed_total", outcome="created") == 2, "both Jobs are counted"
    )
    until(lambda: value("job_creation_latency_seconds_count") == 2, "so is how long each took")
    assert value("messages_received_total") >= 3
    until(lambda: value("jobs", state="delivered") >= 2, "the watch has seen both ends told")
    assert value("completion_callback_latency_seconds_count") >= 1
    until(lambda: value("oldest_pending_callback_age_seconds") == 0, "no callback waits")
    assert value("ready") == value("leader") == 1
    assert [scraped.page(one)[0] for one in ("/healthz", "/readyz")] == [200, 200]
    assert not any(one in scraped.page("/metrics")[1] for one in ids)


def test_a_callback_that_is_not_accepted_shows_as_one_that_waits(
    runner, scraped, message, receiver
):
    value = scraped.value
    receiver.answer = lambda _body: 503
    runner.queue.send(message("unheard-for-a-while"))

    until(lambda: value("callback_attempts_total", result="failed") > 0, "a callback is refused")
    until(lambda: value("oldest_pending_callback_age_seconds") > 0, "a callback waits")
    receiver.answer = None
    until(
        lambda: receiver.statuses_of("unheard-for-a-while")[-1:] == [2],
        "the last callback is accepted",
    )
    until(lambda: value("oldest_pending_callback_age_seconds") == 0, "none waits")
