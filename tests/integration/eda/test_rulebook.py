"""The rulebook for Event-Driven Ansible: ansible-rulebook makes Jobs of messages on SQS."""

import json
import os
import shutil

import pytest
from data.hostile.messages import PIPE
from kit.builders import messages
from kit.cluster.jobs import Jobs
from kit.processes.rulebook import Rulebook
from kit.wait import until
from sqs_k8s_jobs.testing.callback_receiver import CallbackReceiver

pytestmark = pytest.mark.skipif(
    shutil.which("java") is None and "JAVA_HOME" not in os.environ,
    reason="ansible-rulebook needs Java 17, and there is no java",
)


@pytest.fixture(scope="module")
def late_caller():
    """The caller of the message from before the crash."""
    with CallbackReceiver() as started:
        yield started


@pytest.fixture(scope="module")
def running(cluster, queues, late_caller, tmp_path_factory):
    """A rulebook that was killed when it had taken a message and no cluster, and runs again."""
    rulebook = Rulebook(cluster, queues.new(), tmp_path_factory.mktemp("rulebook"))
    cluster.kubectl("create", "namespace", "by-event")
    rulebook.queue.send(messages.valid("by-event-late", "by-event", late_caller.url))
    rulebook.start(K8S_AUTH_CONTEXT="nowhere")
    until(lambda: rulebook.is_alive() and rulebook.queue.is_empty(), "it is taken from the queue")
    rulebook.kill()
    assert Jobs(cluster, "by-event").all() == []
    rulebook.start()
    yield rulebook
    rulebook.stop()


def until_told(rulebook, receiver, message_id):
    until(
        lambda: rulebook.is_alive() and receiver.statuses_of(message_id) == [0, 1, 2],
        f"the caller of {message_id} has heard all",
    )


def test_a_message_outlives_a_crash_before_its_job_is_created(running, late_caller, cluster):
    until_told(running, late_caller, "by-event-late")

    assert len(Jobs(cluster, "by-event").all()) == 1


def test_a_message_sent_twice_becomes_one_job_whose_caller_hears_each_status(
    running, message, receiver, jobs
):
    body = json.dumps(message("by-event"))
    running.queue.send(body, body)

    running.until_submitted("by-event", times=2)
    until_told(running, receiver, "by-event")

    assert running.outcomes_of("by-event") == ["created", "exists"]
    assert len(jobs.all()) == 1
    until(running.queue.is_empty, "both are deleted")


def test_a_refused_message_is_told_to_its_caller_and_is_gone(running, message, receiver, jobs):
    running.queue.send(message("by-event-short", ttlSecondsAfterFinished=30))

    until(lambda: receiver.statuses_of("by-event-short") == [99], "the caller has heard it")

    assert jobs.all() == []
    until(running.queue.is_empty, "the message is deleted")
    assert running.queue.dead_letters() == []


def test_hostile_messages_run_nothing_and_stop_nothing(running, message, receiver, jobs, tmp_path):
    pipe = PIPE.replace("MARK", str(tmp_path / "ran"))
    sent = message(f"by-event {pipe}", command=[pipe, "{{ undefined }}"])
    running.queue.send(
        json.dumps({"id": pipe}), f'{{"": ["{pipe}", NaN, "\\ud800"]}}', json.dumps(sent)
    )

    until_told(running, receiver, sent["id"])

    assert not (tmp_path / "ran").exists()
    (container,) = jobs.one()["spec"]["template"]["spec"]["containers"]
    assert container["command"] == sent["job"]["command"]
