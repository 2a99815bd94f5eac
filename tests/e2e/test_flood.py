"""Many messages at once: each becomes one Job, and each caller hears of it in order."""

from __future__ import annotations

import json
from collections import Counter

from support.wait import until

COUNT = 500


def test_a_flood_is_worked_off_and_sent_again_makes_no_second_job(
    runner, message, receiver, cluster, namespace
):
    seconds = [{"name": "FAKE_RUN_SECONDS", "value": "3s"}]
    ids = [f"flood-{number}" for number in range(COUNT)]
    nodes = [
        {"matchKey": "kubernetes.io/hostname", "matchValue": f"fake-node-{number % 2}"}
        for number in range(COUNT)
    ]
    bodies = [
        json.dumps(message(one, env=seconds, nodeSelector=node))
        for one, node in zip(ids, nodes, strict=True)
    ]
    runner.start()
    runner.queue.send(*bodies)
    until(lambda: heard(receiver) == Counter({(0, 1, 2): COUNT}), "every caller has heard 0, 1, 2")
    until(runner.queue.is_empty, "the queue is empty")
    first = uids(cluster, namespace)
    assert len(first) == COUNT

    runner.queue.send(*bodies)
    until(runner.queue.is_empty, "the queue is empty again")

    assert uids(cluster, namespace) == first
    assert heard(receiver) == Counter({(0, 1, 2): COUNT})
    assert runner.log().count("job created") == COUNT


def heard(receiver):
    """How many ids heard which statuses, in the order of their first arrival."""
    statuses = {}
    for one in receiver.callbacks():
        known = statuses.setdefault(one.body["id"], [])
        if one.body["status"] not in known:
            known.append(one.body["status"])
    return Counter(tuple(known) for known in statuses.values())


def uids(cluster, namespace):
    return set(
        cluster.kubectl(
            "-n", namespace, "get", "jobs", "-o", "jsonpath={.items[*].metadata.uid}"
        ).split()
    )
