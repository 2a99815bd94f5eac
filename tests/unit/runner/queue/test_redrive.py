"""The redrive policy of a queue, for a message that was received so often."""

import json

import pytest
from sqs_k8s_jobs.queue import redrive
from sqs_k8s_jobs.queue.redrive import Redrive


def policy(count):
    """A RedrivePolicy as SQS gives it."""
    return json.dumps({"deadLetterTargetArn": "arn:aws:sqs:x:1:dead", "maxReceiveCount": count})


def test_a_queue_without_a_policy_gives_its_messages_without_end():
    assert redrive.read(None) == redrive.read("") == Redrive()
    assert not Redrive().is_last(1000)
    assert not Redrive().is_scarce


@pytest.mark.parametrize("count", [3, "3"])
def test_the_receive_that_reaches_the_count_is_the_last_one(count):
    found = redrive.read(policy(count))

    assert found == Redrive("arn:aws:sqs:x:1:dead", 3)
    assert [found.is_last(received) for received in (1, 2, 3, 4)] == [False, False, True, True]


def test_a_queue_whose_messages_have_fewer_than_three_receives_is_scarce():
    assert [redrive.read(policy(count)).is_scarce for count in (1, 2, 3)] == [True, True, False]


def test_a_message_can_wait_in_its_queue_where_its_next_receive_is_not_the_last():
    assert [redrive.read(policy(3)).can_wait(received) for received in (1, 2, 3)] == [
        True,
        False,
        False,
    ]
    assert Redrive().can_wait(1000)
