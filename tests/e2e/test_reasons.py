"""Why a Pod failed or did not start: the runner looks before the Pod is gone."""

import json

import pytest
from kit.builders.messages import REAL
from kit.cluster.jobs import has_ended
from kit.wait import until

EVICTION = {"apiVersion": "policy/v1", "kind": "Eviction"}


def failure(receiver, message_id):
    """The words of the status 3 of an id, once it is heard."""

    def heard():
        bodies = [one.body for one in receiver.callbacks() if one.body["id"] == message_id]
        return [one for one in bodies if one["status"] == 3]

    return until(heard, "its caller has heard 3")[0]["detail"]["error"]["message"]


def test_why_a_pod_never_started_is_told_although_the_deadline_comes_before_the_start_timeout(
    runner, message, receiver, jobs
):
    nowhere = {"matchKey": "disk", "matchValue": "nowhere"}
    runner.start()
    runner.queue.send(message("never-starts", nodeSelector=nowhere))
    until(lambda: jobs.all() and "Unschedulable" in jobs.kept_reasons(), "the reason is kept")
    jobs.pass_deadline()

    words = failure(receiver, "never-starts")

    assert receiver.statuses_of("never-starts") == [0, 3]
    assert words.startswith("DeadlineExceeded: ")
    assert "Unschedulable: 0/" in words


def test_a_failure_is_noted_while_the_endpoint_is_down_for_longer_than_its_pod_is_there(
    runner, message, receiver, jobs
):
    runner.set_variables(report_retry_backoff=600, report_retry_backoff_max=600)
    receiver.answer = lambda _body: 503
    runner.start()
    runner.queue.send(
        json.dumps(
            message(
                "fails-meanwhile",
                env=[
                    {"name": "FAKE_EXIT_CODE", "value": "3"},
                    {"name": "FAKE_RUN_SECONDS", "value": "4"},
                ],
            )
        )
    )
    until(lambda: [has_ended(one) for one in jobs.all()] == [True], "its Job has ended")

    def noted():
        return jobs.one()["metadata"]["annotations"].get("sqs-k8s.jobs/detail-3", "")

    assert "exit code 3" in until(noted, "its failure is noted")
    assert {one.body["status"] for one in receiver.callbacks()} == {0}


@pytest.mark.usefixtures("real_node")
def test_an_eviction_is_told_as_one(runner, message, receiver, cluster, jobs):
    runner.start()
    runner.queue.send(message("evicted", command=["sleep", "300"], backoffLimit=0, **REAL))
    until(lambda: receiver.statuses_of("evicted") == [0, 1], "its Pod runs")
    (pod,) = (one["metadata"] for one in jobs.pods())
    named = {name: pod[name] for name in ("name", "namespace")}
    path = "/api/v1/namespaces/{namespace}/pods/{name}/eviction".format(**named)
    cluster.kubectl(
        *("create", "--raw", path, "-f", "-"), stdin=json.dumps({**EVICTION, "metadata": named})
    )

    words = failure(receiver, "evicted")

    assert "EvictionByEvictionAPI: " in words
