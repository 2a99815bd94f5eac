"""Several runners with one Lease: all of them submit, one reports, and another one after it."""

import pytest
from kit.processes.metrics_client import MetricsClient
from kit.processes.runner import Runner
from kit.wait import until

EACH = 5


class Replicas:
    """Three runners with one Lease, each with its pages."""

    def __init__(self, runner, namespace):
        self.left = {}
        for _ in range(3):
            scraped = MetricsClient()
            self.left[scraped] = runner.start(
                SQS_K8S_JOBS_LEADER_ELECTION_LEASE=namespace,
                SQS_K8S_JOBS_METRICS_BIND_ADDRESS=scraped.address,
                SQS_K8S_JOBS_VISIBILITY_TIMEOUT="10",
            )

    def leaders(self):
        return [one for one in self.left if one.value("leader") == 1]

    def leader(self):
        until(lambda: len(self.leaders()) == 1, "one of them leads")
        return self.leaders()[0]

    def end(self, scraped, how):
        process = self.left.pop(scraped)
        how(process)
        process.wait(60)


@pytest.fixture
def replicas(runner, namespace):
    return Replicas(runner, namespace)


def test_whoever_is_killed_or_stopped_nothing_is_lost_and_nothing_runs_twice(
    replicas, runner, message, receiver, cluster, namespace
):
    ids = [f"replicated-{number}" for number in range(3 * EACH)]

    def send(first):
        runner.queue.send(*map(message, ids[first : first + EACH]))

    def told(count):
        return sum(2 in receiver.statuses_of(one) for one in ids) >= count

    send(0)
    until(lambda: told(1), "an end is told")
    replicas.end(replicas.leader(), lambda process: process.kill())
    send(EACH)
    until(lambda: told(EACH + 1), "another one tells ends")
    replicas.end(replicas.leader(), lambda process: process.terminate())
    send(2 * EACH)

    until(lambda: all(receiver.statuses_of(one) == [0, 1, 2] for one in ids), "every message ended")
    until(runner.queue.is_empty, "the queue is empty")
    until(lambda: replicas.leaders() == list(replicas.left), "the last one leads")
    names = cluster.kubectl("-n", namespace, "get", "jobs", "-o", "name").split()
    assert len(names) == len(ids)


@pytest.fixture
def reporting(cluster, queues, namespace, tmp_path):
    """A runner of another queue that holds the Lease, as its pages."""
    folder = tmp_path / "reporting"
    folder.mkdir()
    other, scraped = Runner(cluster, queues.new(), folder), MetricsClient()
    other.start(
        SQS_K8S_JOBS_LEADER_ELECTION_LEASE=namespace,
        SQS_K8S_JOBS_METRICS_BIND_ADDRESS=scraped.address,
    )
    until(lambda: scraped.value("leader") == 1, "it leads")
    yield scraped
    other.stop()


def test_a_refused_message_is_settled_by_its_runner_once_another_has_told_its_caller(
    reporting, runner, message, receiver, namespace
):
    runner.start(SQS_K8S_JOBS_LEADER_ELECTION_LEASE=namespace)
    ids = [f"refused-{number}" for number in range(4)]
    runner.queue.send(*(message(one, image="") for one in ids))

    until(lambda: all(receiver.statuses_of(one) == [99] for one in ids), "each caller hears 99")
    until(runner.queue.is_empty, "the queue is empty")
    assert len(runner.queue.dead_letters()) == len(ids)
    accepted = {"status": "99", "result": "accepted"}
    until(
        lambda: reporting.value("callback_attempts_total", **accepted) == len(ids),
        "it was the other",
    )
