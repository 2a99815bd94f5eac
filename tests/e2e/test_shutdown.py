"""SIGTERM: what was begun is finished, what was not is handed back at once."""

from kit.wait import until


def test_what_is_not_begun_is_released_and_what_is_begun_is_finished(
    runner, message, receiver, cluster, namespace
):
    ids = [f"stop-{number}" for number in range(30)]
    runner.queue.send(*map(message, ids))
    process = runner.start(SQS_K8S_JOBS_SUBMIT_BATCH_SIZE="10", SQS_K8S_JOBS_SUBMIT_CONCURRENCY="1")
    until(lambda: "job created" in runner.log(), "the first batch is done")

    process.terminate()

    assert process.wait(60) == 0
    created = runner.log().count("job created")
    jobs = cluster.kubectl("-n", namespace, "get", "jobs", "-o", "name").split()
    assert len(jobs) == created < len(ids)
    assert runner.queue.visible() == len(ids) - created

    runner.start()
    until(lambda: all(receiver.statuses_of(one) == [0, 1, 2] for one in ids), "every message ended")
    assert len(cluster.kubectl("-n", namespace, "get", "jobs", "-o", "name").split()) == len(ids)
