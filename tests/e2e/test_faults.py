"""Operator faults: each is named in a single clear line, and no message is lost."""

import pytest
from kit.cluster.service_account import Account
from kit.wait import until

FORBIDDEN = r"cannot create resource \"jobs\""  # as a line of the log quotes it


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("SQS_K8S_JOBS_QUEUE_URL", "", "queue_url is not set"),
        ("SQS_K8S_JOBS_CONTEXT", "", "context is not set"),
        ("SQS_K8S_JOBS_CONTEXT", "elsewhere", "the cluster (context elsewhere) cannot be used"),
        ("SQS_K8S_JOBS_KUBECONFIG", "/nowhere", "there is no file /nowhere"),
        ("SQS_K8S_JOBS_SUBMIT_BATCH_SIZE", "many", "'many' is not a whole number from 1 to 1000"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1", "cannot be used"),
    ],
)
def test_what_is_missing_is_said_at_the_start(runner, setting, value, words, tmp_path):
    # A folder of its own: in the usual one it may find, and log, what a killed runner has left.
    environment = {"KUBERNETES_SERVICE_HOST": "", "SQS_K8S_JOBS_TEMP_DIR": str(tmp_path)}
    done = runner.call("run", **environment, **{setting: value})

    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert words in line


def test_a_queue_without_a_dead_letter_queue_is_refused_unless_asked_for(runner):
    alone = {"SQS_K8S_JOBS_QUEUE_URL": runner.queue.dead_letter_url}

    refused = runner.call("run", **alone)

    assert refused.returncode == 2
    assert "has no dead-letter queue" in refused.stderr
    assert "allow_missing_dead_letter_queue" in refused.stderr
    runner.start(**alone, SQS_K8S_JOBS_ALLOW_MISSING_DEAD_LETTER_QUEUE="true")


def test_a_forbidden_call_is_the_operators_and_is_said_once(
    runner, message, receiver, cluster, namespace, tmp_path
):
    ready = tmp_path / "ready"
    account = Account(cluster, namespace)
    account.may("get,list,watch", "jobs.batch", "pods", "configmaps")
    runner.set_variables(submit_policy_namespaces=["default", namespace])  # not only by a pattern
    runner.start(
        SQS_K8S_JOBS_KUBECONFIG=str(account.kubeconfig(tmp_path)),
        SQS_K8S_JOBS_READY_FILE=str(ready),
    )
    assert ready.exists()
    runner.queue.send(message("allowed-later"))
    line = runner.said("fault raised part=submit")
    assert FORBIDDEN in line
    assert not ready.exists()

    account.may("create,get,patch", "jobs.batch")

    until(lambda: receiver.statuses_of("allowed-later") == [0, 1, 2], "the message ran after all")
    until(runner.queue.is_empty, "the queue is empty")
    assert runner.log().count("fault raised part=submit") == 1
    assert runner.log().count(FORBIDDEN) == 2  # of the runner, and of the namespace
    assert runner.queue.dead_letters() == []
    assert ready.exists()


def test_a_cluster_that_goes_away_keeps_the_messages_until_it_is_back(
    runner, message, receiver, cluster
):
    runner.start()
    cluster.control_plane.stop_apiserver()
    try:
        runner.queue.send(message("waiting"))
        runner.said("fault raised part=submit")
        assert not runner.queue.is_empty()
    finally:
        cluster.control_plane.start_apiserver()

    until(lambda: receiver.statuses_of("waiting") == [0, 1, 2], "the message ran after all")
    until(runner.queue.is_empty, "the queue is empty")
