"""Many messages at once: one Job each, callbacks in order, nobody held up by others' load."""

import json
import socket
from contextlib import ExitStack

import pytest
from kit.wait import PATIENCE, until
from sqs_k8s_jobs.testing.callback_receiver import CallbackReceiver

CALLERS = 12
EACH = 15  # messages for each caller
BATCH = {"SQS_K8S_JOBS_SUBMIT_BATCH_SIZE": "30", "SQS_K8S_JOBS_REPORT_BATCH_SIZE": "30"}
ALL = [0, 1, 2]


class Wave:
    """Messages for many callers, and what these have heard of them."""

    def __init__(self, name, callers, message):
        self._callers = {}
        self.bodies = []
        for number in range(EACH):
            for place, caller in enumerate(callers):
                body = message(f"{name}-{place}-{number}")
                body["webhook"]["url"] = caller.url
                self._callers[body["id"]] = caller
                self.bodies.append(json.dumps(body))

    def heard(self, statuses=None):
        """Count the ids whose callers received just these statuses, or any."""
        found = [caller.statuses_of(one) for one, caller in self._callers.items()]
        return sum(one == statuses if statuses else bool(one) for one in found)

    def until_ended(self):
        until(
            lambda: self.heard(ALL) == len(self.bodies),
            "every caller has heard 0, 1, 2, in this order",
            patience=2 * PATIENCE,
        )

    def seconds(self):
        """From the first callback of these messages to the last."""
        times = [
            callback.received_at
            for caller in set(self._callers.values())
            for callback in caller.callbacks()
            if callback.body["id"] in self._callers
        ]
        return max(times) - min(times)


@pytest.fixture
def callers():
    with ExitStack() as stack:
        yield [stack.enter_context(CallbackReceiver()) for _ in range(CALLERS)]


@pytest.fixture
def silent():
    """An endpoint that takes connections and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(256)
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


def test_a_flood_holds_up_no_other_queue_a_dead_endpoint_no_other_and_each_id_runs_once(
    runner, other, silent, callers, message, receiver, jobs
):
    alone = Wave("alone", callers, message)
    runner.queue.send(*alone.bodies)
    runner.start(**BATCH, SQS_K8S_JOBS_QUEUE_URL=f"{runner.queue.url} {other.url}")
    until(lambda: "job created" in runner.log(), "the flood is being worked off")
    bad = json.dumps(message("bad-beside", backoffLimit=-1))
    other.send(message("on-the-quiet-queue"), bad)

    until(lambda: 0 in receiver.statuses_of("on-the-quiet-queue"), "the quiet queue's caller hears")
    assert alone.heard() < len(alone.bodies) / 2
    until(lambda: receiver.statuses_of("on-the-quiet-queue") == ALL, "its Job has ended")
    alone.until_ended()
    assert created_before(runner, "on-the-quiet-queue") < len(alone.bodies) / 2
    until(lambda: runner.queue.is_empty() and other.is_empty(), "both queues are empty")
    assert receiver.statuses_of("bad-beside") == [99]
    assert [one["Body"] for one in other.dead_letters()] == [bad]
    assert runner.queue.dead_letters() == []
    first = jobs.uids()
    assert len(first) == len(alone.bodies) + 1

    beside = Wave("beside", callers, message)
    runner.queue.send(*beside.bodies, *unheard(silent, message), *alone.bodies)
    beside.until_ended()
    until(runner.queue.is_empty, "the queue is empty again")
    assert beside.seconds() < 3 * alone.seconds()
    assert alone.heard(ALL) == len(alone.bodies)
    assert first < jobs.uids()
    assert len(jobs.uids()) == len(first) + len(beside.bodies) + EACH
    assert runner.log().count("job created") == len(jobs.uids())
    assert not [line for line in accepted(runner) if "id=dead-" in line]


def unheard(url, message):
    """Messages for an endpoint that does not answer."""
    for number in range(EACH):
        body = message(f"dead-{number}")
        body["webhook"]["url"] = url
        yield json.dumps(body)


def accepted(runner):
    """The lines of the log about callbacks that were accepted."""
    return [line for line in runner.log().splitlines() if "callback accepted" in line]


def created_before(runner, message_id):
    """Return the number of Jobs created before this message's."""
    made = [line for line in runner.log().splitlines() if "job created" in line]
    (place,) = [n for n, line in enumerate(made) if f" id={message_id} " in line]
    return place
