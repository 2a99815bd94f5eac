"""A message that cannot be used: its caller is told, its body is kept, the rest goes on."""

import json

from kit.wait import until
from sqs_k8s_jobs.queue.call_limits import CALL_BYTES


def as_large_as_can_be(message):
    """Return a message's text, made as long as SQS takes it by what its Job has to hold."""
    message["job"]["args"] = [""]
    message["job"]["args"] = ["x" * (CALL_BYTES - len(json.dumps(message)))]
    return json.dumps(message)


def test_an_invalid_message_is_told_and_kept_with_the_reason(runner, message, receiver):
    bad = json.dumps(message("bad-from-the-queue", backoffLimit=-1))
    huge = as_large_as_can_be(message("huge", backoffLimit=-1))
    good = as_large_as_can_be(message("good"))
    runner.start()

    runner.queue.send(bad, "{no json at all")
    runner.queue.send(huge)
    runner.queue.send(good)

    until(lambda: receiver.statuses_of("good") == [0, 1, 2], "the good message has ended")
    until(runner.queue.is_empty, "the queue is empty")
    assert receiver.statuses_of("bad-from-the-queue") == receiver.statuses_of("huge") == [99]
    letters = {one["Body"]: one.get("MessageAttributes") for one in runner.queue.dead_letters()}
    assert set(letters) == {bad, "{no json at all", huge}
    assert letters[huge] is None  # there is room for the body alone
    reason = letters[bad]["reason"]["StringValue"]
    assert "job.backoffLimit: -1 is less than the minimum of 0" in reason
    assert "not JSON" in letters["{no json at all"]["reason"]["StringValue"]


def test_a_text_that_can_be_read_in_part_is_told_kept_and_logged_by_its_id(
    runner, message, receiver
):
    body = json.dumps(message("read-in-part", args=["\x1b[31m"]))
    body = body.replace('"image"', '"image": "another", "image"')
    runner.start()

    runner.queue.send(body)

    until(runner.queue.is_empty, "the queue is empty")
    assert receiver.statuses_of("read-in-part") == [99]
    (letter,) = runner.queue.dead_letters()
    assert letter["Body"] == body
    assert "there twice" in letter["MessageAttributes"]["reason"]["StringValue"]
    assert "read-in-part" in runner.log()


def test_a_message_whose_caller_cannot_be_told_yet_stays_in_the_queue(runner, message, receiver):
    receiver.answer = lambda _body: 503
    runner.start()

    runner.queue.send(message("unheard", backoffLimit=-1))

    until(lambda: len(receiver.callbacks()) >= 2, "the caller was tried twice")
    assert not runner.queue.is_empty()
    assert runner.queue.dead_letters() == []

    receiver.answer = None
    until(runner.queue.is_empty, "the message is settled")
    assert len(runner.queue.dead_letters()) == 1
    assert len({one.raw for one in receiver.callbacks()}) == 1


def test_a_dead_letter_is_answered_again_as_before_and_runs_once_the_policy_was_mended(
    runner, message, receiver
):
    text = json.dumps(message("mended policy", image="other/image"))
    runner.set_variables(submit_policy_images=["busybox"])
    runner.start()

    for times in (1, 2):
        runner.queue.send(text)
        until(lambda: len(receiver.callbacks()) == times, "the caller was told")  # noqa: B023
        until(runner.queue.is_empty, "the message is settled")
    (letter, _) = runner.queue.dead_letters()
    runner.set_variables()
    runner.queue.send(letter["Body"])

    until(lambda: receiver.statuses_of("mended policy") == [99, 0, 1, 2], "the Job has ended")
    heard = receiver.callbacks()
    assert [one.body["status"] for one in heard] == [99, 99, 0, 1, 2]
    assert heard[0].raw == heard[1].raw
    assert [one.delivery_id for one in heard].count(heard[0].delivery_id) == 2
    until(runner.queue.is_empty, "the queue is empty")
