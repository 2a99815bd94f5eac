"""The door to SQS, against SQS's API."""

import botocore.exceptions
import pytest
from kit.builders.statuses import TRACE
from sqs_k8s_jobs import cli
from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.queue import sqs
from sqs_k8s_jobs.queue.call_limits import CALL_BYTES
from sqs_k8s_jobs.queue.dead_letters import DeadLetter
from sqs_k8s_jobs.queue.messages import Message
from sqs_k8s_jobs.queue.redrive import Redrive


def test_what_is_sent_is_received_with_its_receive_count(pair):
    queue = sqs.open_queue(pair.url)
    bodies = [f"body {number}" for number in range(23)]

    assert queue.send(bodies) == 23
    received = [one for _ in range(3) for one in queue.receive(1)]

    assert sorted(one.body for one in received) == sorted(bodies)
    assert {one.receive_count for one in received} == {1}


def test_a_message_has_its_queues_arn_and_its_sender_as_sqs_says_them(pair):
    queue = sqs.open_queue(pair.url)
    queue.read_attributes()
    queue.send(["body"])

    (one,) = queue.receive(1)

    assert one.queue_arn.startswith("arn:aws:sqs:")
    assert one.queue_arn.endswith(":" + pair.url.rpartition("/")[2])
    assert one.sender


def test_bodies_of_any_size_that_sqs_takes_are_sent_together_as_far_as_they_fit(pair, monkeypatch):
    queue = sqs.open_queue(pair.url)
    calls = []
    send = queue._client.send_message_batch
    monkeypatch.setattr(
        queue._client,
        "send_message_batch",
        lambda **call: calls.append(len(call["Entries"])) or send(**call),
    )

    assert queue.send(["x" * 300 * 1024] * 10 + ["x" * CALL_BYTES]) == 11

    assert calls == [3, 3, 3, 1, 1]


def test_a_message_that_sqs_does_not_take_is_named_and_none_is_sent(pair, tmp_path, capsys):
    fits, large = tmp_path / "fits", tmp_path / "large"
    fits.write_text("é" * (CALL_BYTES // 2))
    large.write_text("é" * (CALL_BYTES // 2) + "x")

    assert cli.main(["send", "--queue-url", pair.url, str(fits), str(large)]) == 2

    said = f"{large} has 1,048,577 bytes, more than the 1,048,576 that SQS takes; nothing was sent"
    assert said in capsys.readouterr().err
    assert pair.is_empty()


@pytest.mark.parametrize(
    ("sent", "received"), [(TRACE, TRACE), ("{{ 7 * 7 }}", None), (TRACE + "\n", None)]
)
def test_a_message_knows_its_trace_and_nothing_else_by_that_name(pair, sent, received):
    attribute = {"DataType": "String", "StringValue": sent}
    pair.client.send_message(
        QueueUrl=pair.url, MessageBody="body", MessageAttributes={"traceparent": attribute}
    )

    (message,) = sqs.open_queue(pair.url).receive(1)

    assert message.traceparent == received


def test_a_message_that_is_released_comes_again_at_once(pair):
    queue = sqs.open_queue(pair.url)
    queue.send(["again"])
    (first,) = queue.receive(1)
    assert queue.receive(0) == []

    queue.change_visibility({first: 0})

    (second,) = queue.receive(1)
    assert (second.message_id, second.receive_count) == (first.message_id, 2)


def test_a_deleted_message_is_gone(pair):
    queue = sqs.open_queue(pair.url)
    queue.send(["gone"])

    assert queue.delete(queue.receive(1)) == []

    assert pair.is_empty()


def test_messages_are_hidden_for_their_own_times_by_one_call(pair):
    queue = sqs.open_queue(pair.url)
    queue.send(["one", "other"])
    now, later = queue.receive(1)

    assert queue.change_visibility({now: 0, later: 600}) == []

    assert [one.message_id for one in queue.receive(1)] == [now.message_id]


def test_a_message_says_which_queue_it_is_from(pair, queues):
    other = queues.new()
    for one in (pair, other):
        one.send("text")

    for url in (pair.url, other.url):
        (message,) = sqs.open_queue(url).receive(1)
        assert message.queue_url == url


def test_dead_letters_keep_body_and_reason(pair):
    queue, dead = sqs.open_queue(pair.url), sqs.open_queue(pair.dead_letter_url)
    bodies = [f"poison {number}" for number in range(11)]
    queue.send([*bodies, "x" * CALL_BYTES])
    messages = [*queue.receive(1), *queue.receive(1)]

    assert (
        dead.send_dead_letters([DeadLetter(one, "A110", f"for {one.body}") for one in messages])
        == {}
    )

    letters = {one["Body"]: one.get("MessageAttributes") for one in pair.dead_letters()}
    assert letters.pop("x" * CALL_BYTES) is None
    assert set(letters) == set(bodies)
    for body, attributes in letters.items():
        assert attributes["reason"]["StringValue"] == f"for {body}"
        assert attributes["errorCode"]["StringValue"] == "A110"


def test_a_dead_letter_that_sqs_minds_keeps_no_other_from_being_kept(pair, monkeypatch):
    dead = sqs.open_queue(pair.dead_letter_url)
    send = dead._client.send_message_batch

    def mind(**call):
        if "minded" in [one["MessageBody"] for one in call["Entries"]]:
            words = {"Error": {"Code": "InvalidMessageContents", "Message": "no"}}
            raise botocore.exceptions.ClientError(words, "SendMessageBatch")
        return send(**call)

    monkeypatch.setattr(dead._client, "send_message_batch", mind)
    some = [Message(body, body, body, 1, pair.url) for body in ("a", "minded", "b")]

    failed = dead.send_dead_letters([DeadLetter(one, "A110", "bad") for one in some])

    assert list(failed) == [some[1]]
    assert "InvalidMessageContents" in failed[some[1]]
    assert sorted(one["Body"] for one in pair.dead_letters()) == ["a", "b"]


def test_dead_letters_for_a_queue_that_is_gone_are_returned_with_why(pair):
    dead = sqs.open_queue(pair.url + "/no-such-queue")
    message = Message("a", "a", "body", 1, pair.url)

    failed = dead.send_dead_letters([DeadLetter(message, "A110", "bad")])

    assert "NonExistentQueue" in failed[message]


def test_the_redrive_policy_says_where_dead_letters_go_and_after_how_many_receives(pair):
    pair.give_at_most(2)
    queue = sqs.open_queue(pair.url)

    redrive = queue.read_attributes()

    assert queue.url_of(redrive.dead_letter_arn) == pair.dead_letter_url
    assert redrive.max_receives == 2
    assert sqs.open_queue(pair.dead_letter_url).read_attributes() == Redrive()


def test_the_last_receive_of_a_message_is_known_as_such_and_the_next_moves_it_away(pair):
    pair.give_at_most(2)
    queue = sqs.open_queue(pair.url)
    queue.read_attributes()
    queue.send(["body"])

    seen = []
    for _ in range(2):
        (message,) = queue.receive(1)
        seen.append(message.is_last)
        queue.change_visibility({message: 0})

    assert seen == [False, True]
    assert queue.receive(0) == []
    assert [one["Body"] for one in pair.dead_letters()] == ["body"]


def test_a_queue_that_is_not_there_is_named(pair):
    with pytest.raises(OperatorError, match="no-such-queue cannot be used"):
        sqs.open_queue(pair.url + "/no-such-queue").read_attributes()
