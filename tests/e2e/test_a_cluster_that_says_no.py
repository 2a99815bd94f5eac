"""A cluster that says no for a while uses up no message: it waits and goes on, or ends in words."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
from typing import Any

import pytest
import yaml
from cluster import etcd
from kit.cluster.admission import Admission
from kit.wait import until

VISIBILITY = {"SQS_K8S_JOBS_VISIBILITY_TIMEOUT": "10"}


def attribute(letter, name):
    """Return a dead letter's attribute."""
    return letter["MessageAttributes"][name]["StringValue"]


def attempts(log, action):
    """Return the receive count of the message in each log line with this action."""
    lines = [line for line in log.splitlines() if action in line]
    return [int(re.findall(r"attempt=(\d+)", line)[0]) for line in lines]


@pytest.fixture
def silence():
    """A server that never answers, and how often it was connected to."""
    listening = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def hold():
        with contextlib.suppress(OSError):  # closed at the end
            while True:
                held.append(listening.accept()[0])

    threading.Thread(target=hold, daemon=True).start()
    yield listening.getsockname()[1], held
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    for one in held:
        one.close()


@pytest.fixture
def outage(cluster, namespace, silence):
    """An admission webhook that nobody answers, for new Jobs of this test's namespace."""
    port, _ = silence
    webhook: dict[str, Any] = {
        "name": "jobs.nobody.example",
        "admissionReviewVersions": ["v1"],
        "sideEffects": "None",
        "failurePolicy": "Fail",
        "timeoutSeconds": 1,
        "clientConfig": {"url": f"https://127.0.0.1:{port}/"},
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
        "rules": [
            {
                "apiGroups": ["batch"],
                "apiVersions": ["v1"],
                "operations": ["CREATE"],
                "resources": ["jobs"],
            }
        ],
    }
    kind = "ValidatingWebhookConfiguration"
    about = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": kind}
    name = namespace[:63]
    manifest = {**about, "metadata": {"name": name}, "webhooks": [webhook]}
    cluster.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(manifest))
    is_there = True

    def mend():
        nonlocal is_there
        if is_there:
            cluster.kubectl("delete", kind.lower(), name)
        is_there = False

    yield mend
    mend()


def no_more_jobs(cluster, namespace, number="0"):
    """Let a namespace have so many Jobs."""
    hard = f"--hard=count/jobs.batch={number}"
    cluster.kubectl("-n", namespace, "create", "quota", "no-more-jobs", hard)


def test_an_admission_outage_uses_up_no_receives_and_holds_up_no_other_namespace(
    runner, message, receiver, elsewhere, outage, tmp_path
):
    ready = tmp_path / "ready"
    runner.queue.give_at_most(2)
    runner.start(
        **VISIBILITY, SQS_K8S_JOBS_READY_FILE=str(ready), SQS_K8S_JOBS_METRICS_BIND_ADDRESS=""
    )
    ids = [f"admission-{number}" for number in range(5)]
    runner.queue.send(*map(message, ids))
    until(lambda: "namespace paused" in runner.log(), "the fault is said")
    until(lambda: not ready.exists(), "it is not ready while all fail")

    runner.queue.send(message("admission-elsewhere", namespace=elsewhere.namespace))
    until(lambda: receiver.statuses_of("admission-elsewhere") == [0, 1, 2], "it goes on")
    outage()

    until(lambda: all(receiver.statuses_of(one) == [0, 1, 2] for one in ids), "all ran after all")
    until(runner.queue.is_empty, "the queue is empty")
    assert attempts(runner.log(), "job created") == [1] * 6
    assert runner.log().count("failed calling webhook") <= len(ids) + 2
    assert runner.queue.dead_letters() == []
    assert ready.exists()


def test_of_a_flood_for_such_a_namespace_one_job_is_tried_and_others_of_the_batch_run(
    runner, message, receiver, elsewhere, outage, silence
):
    flood = [f"flood-of-no-{number}" for number in range(60)]
    others = [f"beside-no-{number}" for number in range(30)]
    bodies = [message(one) for one in flood]
    bodies += [message(one, namespace=elsewhere.namespace) for one in others]
    runner.queue.send(*bodies)
    runner.start(**VISIBILITY, SQS_K8S_JOBS_SUBMIT_CONCURRENCY="1")

    until(lambda: all(0 in receiver.statuses_of(one) for one in others), "the others have Jobs")
    assert len(silence[1]) < len(flood) / 2
    outage()

    until(lambda: all(0 in receiver.statuses_of(one) for one in flood), "all have Jobs after all")
    assert attempts(runner.log(), "job created") == [1] * 90
    assert runner.queue.dead_letters() == []


def test_one_message_that_admission_refuses_for_what_it_names_pauses_no_other_one(
    runner, message, receiver, cluster, namespace, tmp_path
):
    ready = tmp_path / "ready"
    with Admission(cluster, namespace, "jobs", tmp_path / "authority") as webhook:
        webhook.deny_what_has("registry.away.example", 503, "the registry does not answer")
        runner.start(**VISIBILITY, SQS_K8S_JOBS_READY_FILE=str(ready))
        runner.queue.send(message("names-no-registry", image="registry.away.example/one:1"))
        until(lambda: "message retry scheduled" in runner.log(), "it waits")

        runner.queue.send(message("beside-no-registry"))

        until(lambda: receiver.statuses_of("beside-no-registry") == [0, 1, 2], "it goes on")
        assert ready.exists()
        assert receiver.statuses_of("names-no-registry") == []
        webhook.denied_text = None
        until(lambda: receiver.statuses_of("names-no-registry") == [0, 1, 2], "it ran after all")
    assert "namespace paused" not in runner.log()
    assert "fault raised" not in runner.log()


def test_an_etcd_that_is_full_for_a_while_loses_nothing(runner, message, receiver, cluster):
    runner.queue.give_at_most(3)
    runner.start(**VISIBILITY)
    ids = [f"full-{number}" for number in range(5)]

    with etcd.full(cluster.control_plane.etcd_url):
        runner.queue.send(*map(message, ids))
        until(lambda: "fault raised part=submit" in runner.log(), "the fault is said")
    said = next(line for line in runner.log().splitlines() if "fault raised part=submit" in line)

    assert "database space exceeded" in said
    until(lambda: all(receiver.statuses_of(one) == [0, 1, 2] for one in ids), "all ran after all")
    until(runner.queue.is_empty, "the queue is empty")
    assert attempts(runner.log(), "job created") == [1] * 5
    assert runner.queue.dead_letters() == []


def test_a_namespace_without_quota_is_waited_for_and_the_stop_ends_what_comes_no_more(
    runner, message, receiver, cluster, namespace
):
    no_more_jobs(cluster, namespace)
    runner.queue.give_at_most(1)
    process = runner.start(**VISIBILITY)
    ids = [f"quota-{number}" for number in range(3)]
    runner.queue.send(*map(message, ids))
    until(lambda: runner.log().count("message retry scheduled") == 3, "all wait")
    assert "few receives allowed" in runner.log()

    process.terminate()
    assert process.wait(60) == 0

    letters = runner.queue.dead_letters()
    assert sorted(json.loads(one["Body"])["id"] for one in letters) == ids
    assert {attribute(one, "errorCode") for one in letters} == {"A117"}
    assert all("exceeded quota" in attribute(one, "reason") for one in letters)
    assert runner.queue.is_empty()
    runner.start()
    until(lambda: all(receiver.statuses_of(one) == [99] for one in ids), "their callers hear why")
    heard = [json.loads(one.raw) for one in receiver.callbacks()]
    assert all("exceeded quota" in one["detail"]["error"]["message"] for one in heard)


def test_a_message_that_its_queue_gives_no_more_ends_in_words_after_its_time(
    runner, message, receiver, cluster, namespace
):
    no_more_jobs(cluster, namespace)
    runner.queue.give_at_most(1)
    runner.start(**VISIBILITY, SQS_K8S_JOBS_GIVE_UP_AFTER="60")
    runner.queue.send(message("given-up"))

    until(lambda: receiver.statuses_of("given-up") == [99], "its caller hears why")

    (heard,) = receiver.callbacks()
    assert heard.body["detail"]["error"]["errorCode"] == "A117"
    assert "exceeded quota" in heard.body["detail"]["error"]["message"]
    until(lambda: len(runner.queue.dead_letters()) == 1, "it is a dead letter")
    (letter,) = runner.queue.dead_letters()
    assert attribute(letter, "errorCode") == "A117"
    assert "exceeded quota" in attribute(letter, "reason")
    assert runner.queue.is_empty()


def test_a_stop_while_messages_wait_costs_one_receive_and_no_more(
    runner, message, receiver, cluster, namespace
):
    no_more_jobs(cluster, namespace)
    runner.queue.give_at_most(2)
    process = runner.start(**VISIBILITY)
    ids = [f"held-over-a-stop-{number}" for number in range(6)]
    runner.queue.send(*map(message, ids))
    until(lambda: runner.log().count("message retry scheduled") == 6, "all wait")

    process.terminate()

    assert process.wait(60) == 0
    assert runner.queue.dead_letters() == []
    assert runner.queue.visible() == len(ids)
    cluster.kubectl("-n", namespace, "delete", "quota", "no-more-jobs")
    runner.start()
    until(lambda: all(receiver.statuses_of(one) == [0, 1, 2] for one in ids), "all ran after all")
    assert attempts(runner.log(), "job created") == [2] * 6
    assert runner.queue.dead_letters() == []


def test_a_stop_leaves_nothing_to_the_dead_letter_queue_that_was_only_received(
    runner, message, receiver, cluster, namespace
):
    ids = [f"last-{number}" for number in range(40)]
    runner.queue.give_at_most(1)
    runner.queue.send(*map(message, ids))
    process = runner.start(SQS_K8S_JOBS_SUBMIT_BATCH_SIZE="10", SQS_K8S_JOBS_SUBMIT_CONCURRENCY="1")
    until(lambda: "job created" in runner.log(), "the first batch is done")

    process.terminate()

    assert process.wait(60) == 0
    assert runner.queue.dead_letters() == []
    created = runner.log().count("job created")
    assert runner.queue.visible() == len(ids) - created
    runner.start()
    until(lambda: all(receiver.statuses_of(one) == [0, 1, 2] for one in ids), "every message ended")
    assert runner.queue.dead_letters() == []
    jobs = cluster.kubectl("-n", namespace, "get", "jobs", "-o", "name").split()
    assert len(jobs) == len(ids)


def test_a_fifo_queue_is_refused_in_one_line(runner):
    fifo = {"SQS_K8S_JOBS_QUEUE_URL": runner.queue.url + ".fifo"}

    for arguments in (("run",), ("send", "-")):
        done = runner.call(*arguments, **fifo)
        assert done.returncode == 2
        assert "is a FIFO queue" in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_dead_letter_has_what_its_sender_said_beside_the_body(runner):
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    given = {
        "traceparent": {"DataType": "String", "StringValue": trace},
        "tenant": {"DataType": "String", "StringValue": "blue"},
        "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    }
    queue = runner.queue
    queue.client.send_message(QueueUrl=queue.url, MessageBody="no json", MessageAttributes=given)

    runner.start()

    until(lambda: len(queue.dead_letters()) == 1, "it is a dead letter")
    (letter,) = queue.dead_letters()
    assert attribute(letter, "errorCode") == "A110"
    assert attribute(letter, "traceparent") == trace
    assert attribute(letter, "tenant") == "blue"
    assert letter["MessageAttributes"]["raw"]["BinaryValue"] == b"\x00\xff"
