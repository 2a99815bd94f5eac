"""Jobs whose end no condition tells: their callers hear 99, with what an on-call engineer needs."""

import pytest
from kit.builders.messages import LONG, NOWHERE, REAL
from kit.cluster.jobs import NO_PODS, Jobs, has_ended, phases
from kit.wait import until

JOB = (
    "apiVersion: batch/v1\nkind: Job\n"
    "metadata: {name: {{ job_name }}, namespace: {{ job.namespace }}}\n"
)
SUSPENDED = (
    f"{JOB}spec: {{suspend: true, template: {{spec: {{restartPolicy: Never,"
    " containers: [{name: job, image: busybox}]}}}\n"
)
# No kubelet will ever end a Pod there.
LOST_NODE = "apiVersion: v1\nkind: Node\nmetadata: {name: lost-node}\n"
ON_LOST_NODE = (
    f"{JOB}spec: {{activeDeadlineSeconds: 1, ttlSecondsAfterFinished: 60, backoffLimit: 0,"
    " template: {spec: {nodeName: lost-node, restartPolicy: Never,"
    " containers: [{name: job, image: busybox}]}}}\n"
)


def error_of(receiver, message_id):
    """The error of the last callback of an id."""
    return [one.body for one in receiver.callbacks() if one.body["id"] == message_id][-1]["detail"][
        "error"
    ]


def ids_of(pods):
    """The ids whose Pods these are."""
    return {pod["metadata"]["labels"]["jobId"] for pod in pods}


def test_a_job_deleted_by_hand_gives_99_and_takes_its_pods_along_unless_it_had_ended(
    submit, message, report, receiver, jobs
):
    submit(message("deleted", env=LONG), message("kept"))
    until(lambda: [has_ended(job) for job in jobs.all()].count(True) == 1, "one Job has ended")
    until(lambda: "Running" in phases(jobs.pods()), "the other one runs")
    jobs.delete()

    report("deleted", "kept")

    assert receiver.statuses_of("deleted") == [0, 1, 99]
    assert error_of(receiver, "deleted") == {
        "errorCode": "A113",
        "message": "the Job was deleted before it ended",
    }
    assert receiver.statuses_of("kept") == [0, 1, 2]
    until(lambda: "deleted" not in ids_of(jobs.pods()), "its Pods are gone")


def test_a_pod_that_never_starts_gives_99_with_the_reason_of_kubernetes(
    submit, message, report, receiver, cluster, jobs
):
    full = f"{jobs.namespace[:50]}-full"
    cluster.kubectl("create", "namespace", full)
    cluster.kubectl("-n", full, "create", "-f", "-", stdin=NO_PODS)
    reasons = {
        "nowhere": "Unschedulable: 0/",
        "no-claim": 'persistentvolumeclaim "no-claim" not found',
        "no-quota": "exceeded quota: q",
    }
    submit(
        message("nowhere", nodeSelector=NOWHERE),
        message("no-claim", volume={"mountPath": "work", "pvc": "no-claim"}),
        message("no-quota", namespace=full),
    )
    report(*reasons)
    assert [receiver.statuses_of(one) for one in reasons] == [[0]] * 3

    until(
        lambda: (
            report(*reasons, report_start_timeout=1)
            and all(receiver.statuses_of(one) == [0, 99] for one in reasons)
        ),
        "each caller has heard 99",
    )

    for message_id, words in reasons.items():
        assert error_of(receiver, message_id)["errorCode"] == "A105"
        assert words in error_of(receiver, message_id)["message"]
    for there in (jobs, Jobs(cluster, full)):
        until(
            lambda: all(one["metadata"].get("deletionTimestamp") for one in there.all()),  # noqa: B023
            "the Jobs are deleted",
        )


@pytest.mark.usefixtures("real_node")
def test_an_image_that_cannot_be_pulled_gives_99_with_its_name(submitted, report, receiver, jobs):
    submitted(
        "unpullable",
        image="127.0.0.1:1/no-such-image:1",
        **REAL,
    )
    until(lambda: "ImagePull" in str(jobs.pods()), "the image could not be pulled")

    report("unpullable", report_start_timeout=1)

    assert receiver.statuses_of("unpullable") == [0, 99]
    assert "no-such-image:1" in error_of(receiver, "unpullable")["message"]


def test_a_job_that_starts_late_can_be_kept(submitted, report, receiver, jobs):
    submitted("late", nodeSelector=NOWHERE)
    until(jobs.pods, "its Pod is there")

    until(
        lambda: (
            report("late", report_start_timeout=1, report_start_timeout_action="keep")
            and receiver.statuses_of("late") == [0, 99]
        ),
        "its caller has heard 99",
    )

    assert "deletionTimestamp" not in jobs.one()["metadata"]


def test_a_suspended_job_has_all_the_time(submitted, report, receiver, jobs, tmp_path):
    template = tmp_path / "suspended.yaml.j2"
    template.write_text(SUSPENDED)
    submitted("patient", submit_template=str(template))

    report("patient", report_start_timeout=0)

    assert receiver.statuses_of("patient") == [0]
    assert jobs.pods() == []


def test_a_cancelled_job_ends_and_its_caller_hears_so(submitted, report, playbook, receiver, jobs):
    submitted("unwanted", env=LONG)
    jobs.until_running()
    report("unwanted")

    playbook("cancel.yml", id="unwanted")

    assert receiver.statuses_of("unwanted") == [0, 1, 99]
    assert error_of(receiver, "unwanted") == {"errorCode": "A112", "message": "cancelled"}
    until(lambda: jobs.pods() == [], "the Pods are gone")


def test_what_has_ended_or_never_was_cannot_be_cancelled(submitted, playbook, receiver, jobs):
    submitted("over")
    jobs.until_ended()

    over = playbook("cancel.yml", id="over", fails=True)
    never = playbook("cancel.yml", id="never", fails=True)

    assert "has ended before" in over.stdout
    assert receiver.statuses_of("over") == [0, 1, 2]
    assert "this id has no Job" in never.stdout


def test_each_new_pod_of_a_job_that_is_tried_again_is_reported(submitted, report, receiver, jobs):
    submitted("tried-again", backoffLimit=1, env=[{"name": "FAKE_EXIT_CODE", "value": "3"}])
    jobs.until_ended()

    report("tried-again")

    heard = receiver.callbacks()
    assert [one.body["status"] for one in heard] == [0, 1, 1, 3]
    assert len({one.body["detail"]["podId"] for one in heard[1:3]}) == 2
    assert len({one.delivery_id for one in heard}) == 4


def test_a_job_deleted_without_its_pods_takes_them_along_all_the_same(
    submitted, report, receiver, jobs
):
    submitted("orphaned-pod", env=LONG)
    jobs.until_running()
    report("orphaned-pod")
    jobs.kubectl("delete", "jobs", "--all", "--cascade=orphan", "--wait=false")
    until(lambda: "ownerReferences" not in jobs.pods()[0]["metadata"], "the Pod has lost its owner")

    until(  # the garbage collector may change the Job between the look at it and the decision
        lambda: report("orphaned-pod") and receiver.statuses_of("orphaned-pod") == [0, 1, 99],
        "its caller has heard 99",
    )

    assert error_of(receiver, "orphaned-pod")["errorCode"] == "A113"
    until(lambda: jobs.pods() == [], "the Pod is gone")


def test_a_failed_job_whose_pod_does_not_end_gives_99_of_its_own_code(
    submit, message, report, receiver, cluster, jobs, tmp_path
):
    node = "lost-node"
    cluster.kubectl("create", "-f", "-", stdin=LOST_NODE)
    template = tmp_path / "lost.yaml.j2"
    template.write_text(ON_LOST_NODE)
    policy = {"submit_policy_allow": ["nodeName"], "submit_template": str(template)}
    submit(message("on-a-lost-node"), **policy)
    until(lambda: "FailureTarget" in str(jobs.one()["status"]), "the Job is about to fail")
    report("on-a-lost-node")
    assert receiver.statuses_of("on-a-lost-node") == [0]

    until(
        lambda: (
            report("on-a-lost-node", report_end_timeout=1)
            and receiver.statuses_of("on-a-lost-node") == [0, 99]
        ),
        "its caller has heard 99",
    )

    error = error_of(receiver, "on-a-lost-node")
    assert error["errorCode"] == "A115"
    assert "DeadlineExceeded" in error["message"]
    assert f"on {node} is Terminating" in error["message"]
    assert not has_ended(jobs.one())
    assert "deletionTimestamp" in jobs.one()["metadata"]


def test_a_job_that_nobody_admits_gives_99_where_the_operator_wants_it(
    submitted, report, receiver, jobs, tmp_path
):
    template = tmp_path / "suspended.yaml.j2"
    template.write_text(SUSPENDED)
    submitted("never-admitted", submit_template=str(template))
    report("never-admitted")
    assert receiver.statuses_of("never-admitted") == [0]

    until(
        lambda: (
            report("never-admitted", report_suspend_timeout=1)
            and receiver.statuses_of("never-admitted") == [0, 99]
        ),
        "its caller has heard 99",
    )

    assert error_of(receiver, "never-admitted")["errorCode"] == "A116"
    until(lambda: "deletionTimestamp" in jobs.one()["metadata"], "the Job is deleted")
