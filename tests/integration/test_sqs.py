"""The door to SQS, against SQS's API."""

from __future__ import annotations

import pytest
from sqs_k8s_jobs import sqs
from sqs_k8s_jobs.errors import OperatorError


@pytest.fixture
def pair(queues, monkeypatch):
    """A queue and its dead-letter queue, reachable through the SDK's own chain."""
    for name, value in queues.environment.items():
        monkeypatch.setenv(name, value)
    return queues.new()


def test_what_is_sent_is_received_with_its_receive_count(pair):
    queue = sqs.open_queue(pair.url)
    bodies = [f"body {number}" for number in range(23)]

    assert queue.send(bodies) == 23
    received = [one for _ in range(3) for one in queue.receive(1)]

    assert sorted(one.body for one in received) == sorted(bodies)
    assert {one.receive_count for one in received} == {1}


def test_a_body_of_the_largest_size_can_be_sent_beside_others(pair):
    queue = sqs.open_queue(pair.url)

    assert queue.send(["x" * 200_000] * 7) == 7


def test_a_message_handed_back_comes_again_at_once(pair):
    queue = sqs.open_queue(pair.url)
    queue.send(["again"])
    (first,) = queue.receive(1)
    assert queue.receive(0) == []

    queue.hide([first], 0)

    (second,) = queue.receive(1)
    assert (second.message_id, second.receive_count) == (first.message_id, 2)


def test_a_deleted_message_is_gone(pair):
    queue = sqs.open_queue(pair.url)
    queue.send(["gone"])

    assert queue.delete(queue.receive(1)) == []

    assert pair.is_empty()


def test_a_dead_letter_keeps_body_and_reason(pair):
    queue, dead = sqs.open_queue(pair.url), sqs.open_queue(pair.dead_letter_url)
    queue.send(["poison"])
    (message,) = queue.receive(1)

    dead.send_dead_letter(message, "A110", "job.image is required")

    (letter,) = pair.dead_letters()
    assert letter["Body"] == "poison"
    assert letter["MessageAttributes"]["reason"]["StringValue"] == "job.image is required"
    assert letter["MessageAttributes"]["errorCode"]["StringValue"] == "A110"


def test_the_dead_letter_queue_is_found_in_the_redrive_policy(pair):
    assert sqs.open_queue(pair.url).redrive_target() == pair.dead_letter_url
    assert sqs.open_queue(pair.dead_letter_url).redrive_target() is None


def test_a_queue_that_is_not_there_is_named(pair):
    with pytest.raises(OperatorError, match="no-such-queue cannot be used"):
        sqs.open_queue(pair.url + "/no-such-queue").check()
