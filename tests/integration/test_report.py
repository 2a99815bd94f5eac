"""playbooks/report.yml: callers hear what is due, in order, and what they accepted is kept."""

from __future__ import annotations

import json

from support.wait import until


def reported(cluster, namespace):
    items = json.loads(cluster.kubectl("-n", namespace, "get", "jobs", "-o", "json"))["items"]
    prefix = "sqs-k8s.jobs/reported-"
    names = [sorted(one["metadata"]["annotations"]) for one in items]
    return [
        "".join(name.removeprefix(prefix) for name in own if name.startswith(prefix))
        for own in names
    ]


def ended(cluster, namespace):
    items = json.loads(cluster.kubectl("-n", namespace, "get", "jobs", "-o", "json"))["items"]
    return items and all(
        any(condition["type"] in ("Complete", "Failed") for condition in conditions)
        for one in items
        if (conditions := one["status"].get("conditions", [])) is not None
    )


def submit(playbook, tmp_path, *messages):
    for number, one in enumerate(messages):
        (tmp_path / f"{number:04d}").write_text(json.dumps(one))
    done = playbook("submit.yml", message_dir=str(tmp_path))
    assert done.returncode == 0, done.stdout


def test_a_job_that_came_and_went_before_anyone_looked_still_gives_all_three(
    playbook, message, receiver, cluster, namespace, tmp_path
):
    quick = [{"name": "FAKE_RUN_SECONDS", "value": "0.1s"}]
    submit(playbook, tmp_path, message("quick", env=quick))
    until(lambda: ended(cluster, namespace), "the Job has ended")

    done = playbook("report.yml")

    assert done.returncode == 0, done.stdout
    assert receiver.statuses_of("quick") == [0, 1, 2]
    assert reported(cluster, namespace) == ["012"]


def test_what_was_accepted_is_not_sent_again(
    playbook, message, receiver, cluster, namespace, tmp_path
):
    submit(playbook, tmp_path, message("once"))
    until(lambda: ended(cluster, namespace), "the Job has ended")
    playbook("report.yml")
    heard = len(receiver.callbacks())

    done = playbook("report.yml")

    assert done.returncode == 0, done.stdout
    assert len(receiver.callbacks()) == heard


def test_a_status_that_was_not_accepted_holds_back_the_later_ones_and_comes_again(
    playbook, message, receiver, cluster, namespace, tmp_path
):
    submit(playbook, tmp_path, message("held"))
    until(lambda: ended(cluster, namespace), "the Job has ended")
    receiver.answer = lambda body: 500 if body["status"] == 1 else 200
    refused = playbook("report.yml", report_retry_pause=0)
    assert refused.returncode == 0, refused.stdout
    assert reported(cluster, namespace) == ["0"]
    first_try = [one for one in receiver.callbacks() if one.body["status"] == 1]

    receiver.answer = None
    playbook("report.yml")

    assert reported(cluster, namespace) == ["012"]
    tries = [one for one in receiver.callbacks() if one.body["status"] == 1]
    assert len(tries) == len(first_try) + 1
    assert len({(one.raw, one.delivery_id) for one in tries}) == 1
    assert [one.body["status"] for one in receiver.callbacks()] == [0, 1, 1, 2]


def test_a_job_without_a_webhook_is_followed_all_the_same(
    playbook, message, cluster, namespace, tmp_path
):
    silent = message("silent")
    del silent["webhook"]
    submit(playbook, tmp_path, silent)
    until(lambda: ended(cluster, namespace), "the Job has ended")

    done = playbook("report.yml")

    assert done.returncode == 0, done.stdout
    assert reported(cluster, namespace) == ["012"]
