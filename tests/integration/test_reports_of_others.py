"""Faults that users of other projects report in public, tried here (reports-of-others.md)."""

import json

import pytest
from kit.builders.messages import LONG
from kit.builders.variables import OWN
from kit.cluster.jobs import NO_PODS
from kit.processes import playbooks
from kit.wait import until
from sqs_k8s_jobs.queue import sqs


def test_a_receipt_that_sqs_knows_no_more_keeps_no_other_message_from_being_deleted(pair):
    """Shoryuken 370, sqs-consumer 193, kombu 1198."""
    queue = sqs.open_queue(pair.url)
    queue.send([f"body {number}" for number in range(10)])
    messages = [one for _ in range(2) for one in queue.receive(1)]
    assert queue.delete(messages[3:4]) == []

    failed = queue.delete(messages)

    assert len(failed) <= 1  # SQS may take a second deletion for one
    assert pair.is_empty()


def test_a_message_that_was_received_twice_is_deleted_by_one_call(pair):
    """Redpanda Connect 182: a call that names a message twice was refused as a whole."""
    queue = sqs.open_queue(pair.url)
    queue.send(["body"])
    (first,) = queue.receive(1)
    queue.change_visibility({first: 0})
    (second,) = queue.receive(1)
    assert first.message_id == second.message_id
    assert first.receipt_handle != second.receipt_handle

    queue.delete([first, second])

    assert pair.is_empty()


def test_to_hide_a_message_that_was_deleted_meanwhile_is_said_and_hides_the_others(pair):
    """sqs-consumer 260: a heartbeat that came after the deletion ended the process."""
    queue = sqs.open_queue(pair.url)
    queue.send(["deleted", "stays"])
    messages = queue.receive(1)
    queue.delete([one for one in messages if one.body == "deleted"])

    failed = queue.change_visibility(dict.fromkeys(messages, 0))

    assert len(failed) == 1
    assert [one.body for one in queue.receive(1)] == ["stays"]


def test_a_job_whose_service_account_is_not_there_has_an_end_with_the_reason(
    submit, message, report, receiver
):
    """Kubernetes 100726, Dagster 24595: no Pod can be made, and the Job's status says nothing."""
    of_any_account = {"submit_policy_service_accounts": ["*"]}
    submit(message("no-account", serviceAccount="nobody"), **of_any_account)
    report("no-account")
    assert receiver.statuses_of("no-account") == [0]

    until(
        lambda: (
            report("no-account", report_start_timeout=1)
            and receiver.statuses_of("no-account") == [0, 99]
        ),
        "its caller hears of its end",
    )

    error = receiver.callbacks()[-1].body["detail"]["error"]
    assert error["errorCode"] == "A105"
    assert 'serviceaccount "nobody" not found' in error["message"]


def test_a_job_that_is_cancelled_before_it_has_a_pod_gets_none_later(
    submit, message, playbook, receiver, jobs
):
    """Dagster 24889: a Pod that came after the cancellation ran on."""
    jobs.kubectl("create", "-f", "-", stdin=NO_PODS)
    submit(message("cancelled-early", env=LONG))
    until(lambda: jobs.one()["status"].get("startTime"), "the Job controller has taken it up")

    playbook("cancel.yml", id="cancelled-early")
    jobs.kubectl("delete", "quota", "q")

    assert receiver.statuses_of("cancelled-early") == [0, 99]
    until(lambda: jobs.one()["metadata"].get("deletionTimestamp"), "the Job is deleted")
    uid = jobs.one()["metadata"]["uid"]
    until(lambda: waits_for_us_alone(jobs.one()), "all others have let go of it")
    assert jobs.one()["metadata"]["uid"] == uid
    assert jobs.pods() == []


def waits_for_us_alone(job):
    return job["metadata"]["finalizers"] == ["sqs-k8s.jobs/reported"]


def test_a_namespace_that_is_deleted_with_its_jobs_goes_once_all_is_told_and_the_window_is_over(
    submit, message, report, receiver, cluster, jobs
):
    """Kubernetes 108645: a finalizer that nobody takes off keeps a namespace for ever."""
    submit(message("complete-there"), message("runs-there", env=LONG))
    until(lambda: any(one["status"].get("completionTime") for one in jobs.all()), "one completes")
    report("complete-there", "runs-there")
    cluster.kubectl("delete", "namespace", jobs.namespace, "--wait=false")
    until(
        lambda: all(one["metadata"].get("deletionTimestamp") for one in jobs.all()),
        "the Jobs are deleted",
    )

    report("complete-there", "runs-there")
    assert receiver.statuses_of("complete-there") == [0, 1, 2]
    # Whether the Job controller or the deletion came first, it is an end.
    assert receiver.statuses_of("runs-there")[-1] in (3, 99)

    until(
        lambda: (
            report("complete-there", "runs-there", report_deduplication_window=0)
            and jobs.namespace not in namespaces(cluster)
        ),
        "the namespace is gone",
    )


def namespaces(cluster):
    items = json.loads(cluster.kubectl("get", "namespaces", "-o", "json"))["items"]
    return {one["metadata"]["name"] for one in items}


@pytest.mark.parametrize("left", ["", "{", "[]", "null", '{"library_version": "VERSION"}'])
def test_a_cache_of_the_apis_resources_that_another_process_broke_is_made_anew(
    cluster, left, tmp_path
):
    """Ansible 55430: modules that run side by side write one file, and read what is half there."""
    made = playbooks.run(cluster, "list.yml", OWN, TMPDIR=str(tmp_path))
    assert made.returncode == 0, made.stdout
    (cache,) = tmp_path.glob("k8srcp-*.json")
    whole = json.loads(cache.read_text("utf-8"))
    cache.write_text(left.replace("VERSION", whole["library_version"]), "utf-8")

    done = playbooks.run(cluster, "list.yml", OWN, TMPDIR=str(tmp_path))

    assert done.returncode == 0, done.stdout


def test_while_its_runner_is_away_a_job_whose_pod_was_drained_and_replaced_is_no_failure(
    submitted, report, receiver, jobs
):
    """Dagster 6236, Argo Workflows 893: a Pod that was evicted counted as the end of all."""
    submitted("drained", backoffLimit=1, env=[{"name": "FAKE_RUN_SECONDS", "value": "5s"}])
    jobs.until_running()
    (pod,) = jobs.pods()
    jobs.kubectl("delete", "pod", pod["metadata"]["name"], "--grace-period=1")
    jobs.until_ended()

    report("drained")

    assert receiver.statuses_of("drained") == [0, 1, 2]
