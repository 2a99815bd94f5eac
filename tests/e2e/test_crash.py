"""SIGKILL at any time: the next start needs no cleaning by hand, and nothing is lost or twice.

The chaos run, which `make test` has in small, kills runners and playbooks, too; here it is said
in which moments.
"""

import pytest
from kit.wait import until

COUNT = 40


@pytest.mark.verify
def test_killed_again_and_again_the_runner_loses_nothing_and_runs_nothing_twice(
    runner, message, receiver, cluster, namespace
):
    ids = [f"crash-{number}" for number in range(COUNT)]
    runner.queue.send(*map(message, ids))
    marks = ("runner started", "job created", "callback accepted")
    for mark in marks:  # killed while it submits, while it reports, and in between
        before = runner.log().count(mark)
        process = runner.start(SQS_K8S_JOBS_VISIBILITY_TIMEOUT="10")
        until(lambda: runner.log().count(mark) > before, f"the log says {mark!r}")  # noqa: B023
        process.kill()
        process.wait()

    runner.start(SQS_K8S_JOBS_VISIBILITY_TIMEOUT="10")

    until(lambda: all(receiver.statuses_of(one) == [0, 1, 2] for one in ids), "every message ended")
    until(runner.queue.is_empty, "the queue is empty")
    names = cluster.kubectl("-n", namespace, "get", "jobs", "-o", "name").split()
    assert len(names) == COUNT
    for one in ids:
        bodies = {}
        for callback in receiver.callbacks():
            if callback.body["id"] == one:
                bodies.setdefault(callback.delivery_id, set()).add(callback.raw)
        assert all(len(variants) == 1 for variants in bodies.values())
