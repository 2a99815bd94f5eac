"""Batches side by side: with several queues, the last run is for those that have none."""

import pytest
from kit.models.memory_queue import OTHER, URL, messages
from kit.models.recorders import never
from kit.threads import PATIENCE, meanwhile, within_patience
from sqs_k8s_jobs.in_flight.in_flight import InFlight


@pytest.fixture
def flooded():
    """Messages in flight for two queues and two runs, with a batch of one queue's flood at work."""
    held = InFlight(2, {URL: 1, OTHER: 1}, never, runs=2)
    held.add(URL, messages(6), more=True)
    return held, within_patience(held.next_batch)


def test_beside_a_flood_another_queues_message_is_taken_at_once(flooded):
    held, _ = flooded
    taking = meanwhile(held.next_batch)
    assert not taking.done()

    held.add(OTHER, messages(1, "o", OTHER), more=False)

    assert [one.queue_url for one in taking.result(PATIENCE)] == [OTHER]


def test_a_flood_goes_on_when_its_batch_is_over(flooded):
    held, batch = flooded
    taking = meanwhile(held.next_batch)
    assert not taking.done()

    held.batch_finished(batch)

    assert [one.queue_url for one in taking.result(PATIENCE)] == [URL, URL]


def test_two_floods_have_a_run_each(flooded):
    held, _ = flooded
    held.add(OTHER, messages(6, "o", OTHER), more=True)

    assert {one.queue_url for one in within_patience(held.next_batch)} == {OTHER}


def test_a_queue_that_is_alone_has_all_runs():
    held = InFlight(2, {URL: 1}, never, runs=2)
    held.add(URL, messages(4), more=False)

    assert [len(within_patience(held.next_batch)) for _ in range(2)] == [2, 2]
