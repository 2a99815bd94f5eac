"""One runner on several queues: each is served, whatever becomes of another (see test_flood)."""

from kit.wait import PATIENCE, until


def test_one_queue_that_is_away_keeps_no_other_from_being_worked_off(
    runner, other, message, receiver, tmp_path
):
    ready = tmp_path / "ready"
    runner.start(
        SQS_K8S_JOBS_QUEUE_URL=f"{runner.queue.url} {other.url}=3",
        SQS_K8S_JOBS_READY_FILE=str(ready),
    )
    runner.queue.client.delete_queue(QueueUrl=runner.queue.url)
    until(
        lambda: f'fault raised part="queue {runner.queue.url}"' in runner.log(),
        "the runner misses a queue",
    )

    other.send(message("served-alone"))

    until(lambda: receiver.statuses_of("served-alone") == [0, 1, 2], "the message has run")
    until(other.is_empty, "its queue is empty")
    assert not ready.exists()


def test_what_was_received_is_released_to_each_queue_at_the_stop(
    runner, other, message, receiver, jobs
):
    ids = [f"handed-back-{number}" for number in range(40)]
    for queue, mine in ((runner.queue, ids[:20]), (other, ids[20:])):
        queue.send(*map(message, mine))
    both = f"{runner.queue.url} {other.url}"
    process = runner.start(
        SQS_K8S_JOBS_QUEUE_URL=both,
        SQS_K8S_JOBS_SUBMIT_BATCH_SIZE="10",
        SQS_K8S_JOBS_SUBMIT_CONCURRENCY="1",
    )
    until(lambda: "job created" in runner.log(), "the first batch is done")

    process.terminate()

    assert process.wait(PATIENCE) == 0
    made = [job["metadata"] for job in jobs.all()]
    assert 0 < len(made) < 40
    assert runner.queue.visible() + other.visible() == 40 - len(made)
    assert min(runner.queue.visible(), other.visible()) > 0

    runner.start(SQS_K8S_JOBS_QUEUE_URL=both)
    until(lambda: all(receiver.statuses_of(one) == [0, 1, 2] for one in ids), "every message ended")
    until(lambda: runner.queue.is_empty() and other.is_empty(), "both queues are empty")


def test_to_send_with_several_queues_one_has_to_be_named(runner, other, tmp_path):
    body = tmp_path / "message.json"
    body.write_text("{}")
    both = {"SQS_K8S_JOBS_QUEUE_URL": f"{runner.queue.url} {other.url}=3"}

    unnamed = runner.call("send", str(body), **both)
    named = runner.call("send", "--queue-url", other.url, str(body), **both)

    assert (unnamed.returncode, named.returncode) == (2, 0)
    assert "queue_url names 2 queues: name the one to send to with --queue-url" in unnamed.stderr
    assert (runner.queue.visible(), other.visible()) == (0, 1)


def test_the_queue_that_has_no_dead_letter_queue_is_named_at_the_start(runner, other):
    without = other.dead_letter_url

    done = runner.call("run", SQS_K8S_JOBS_QUEUE_URL=f"{runner.queue.url} {without}")

    assert done.returncode == 2
    assert f"the queue {without} has no dead-letter queue" in done.stderr
