"""What an operator has to set right is said in one clear line, and no message is lost."""

from __future__ import annotations

import json

import pytest
from support.wait import until


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("SQS_K8S_JOBS_QUEUE_URL", "", "queue_url is not set"),
        ("SQS_K8S_JOBS_CONTEXT", "", "context is not set"),
        ("SQS_K8S_JOBS_CONTEXT", "elsewhere", "the cluster (context elsewhere) cannot be used"),
        ("SQS_K8S_JOBS_KUBECONFIG", "/nowhere", "there is no file /nowhere"),
        ("SQS_K8S_JOBS_BATCH_LIMIT", "many", "'many' is not a whole number from 1 to 1000"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1", "cannot be used"),
    ],
)
def test_what_is_missing_is_said_at_the_start(runner, setting, value, words):
    environment = {setting: value, "KUBERNETES_SERVICE_HOST": ""}
    done = runner.call("run", **environment)

    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert words in line


def test_a_queue_without_a_dead_letter_queue_is_refused_unless_asked_for(runner):
    alone = {"SQS_K8S_JOBS_QUEUE_URL": runner.queue.dead_letter_url}

    refused = runner.call("run", **alone)

    assert refused.returncode == 2
    assert "has no dead-letter queue" in refused.stderr
    assert "without_dead_letter_queue" in refused.stderr
    runner.start(**alone, SQS_K8S_JOBS_WITHOUT_DEAD_LETTER_QUEUE="true")


def test_a_missing_template_keeps_the_messages_until_it_is_there(
    runner, message, receiver, tmp_path
):
    variables = tmp_path / "variables.yml"
    variables.write_text("submit_template: /nowhere/job.yaml.j2\n")
    runner.start(SQS_K8S_JOBS_VARIABLES_FILE=str(variables))
    runner.queue.send(json.dumps(message("patient")))
    until(lambda: "submit failed" in runner.log(), "the fault was said")
    (line, *_) = [line for line in runner.log().splitlines() if "submit failed" in line]
    assert "no usable template /nowhere/job.yaml.j2" in line
    assert receiver.callbacks() == []
    assert not runner.queue.is_empty()

    variables.write_text("{}\n")

    until(lambda: receiver.statuses_of("patient") == [0, 1, 2], "the message ran after all")
    until(runner.queue.is_empty, "the queue is empty")
