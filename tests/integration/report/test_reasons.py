"""Why Pods failed or did not start: seen while they are there, told when they are gone."""

import json

import pytest
from kit.builders.messages import REAL
from kit.cluster.jobs import NO_PODS
from kit.wait import until

NOWHERE = {"matchKey": "disk", "matchValue": "nowhere"}
PAUSED = {"report_retry_backoff": 600, "report_retry_backoff_max": 600}
TEMPLATE = """
apiVersion: batch/v1
kind: Job
metadata: {{name: {{{{ job_name }}}}, namespace: {{{{ job.namespace }}}}}}
spec:
  backoffLimit: 0
  activeDeadlineSeconds: {{{{ job.activeDeadlineSeconds }}}}
  template:
    spec:
      restartPolicy: Never
      nodeSelector: {{kubernetes.io/hostname: {node}}}
      tolerations: [{{key: key, operator: Equal, value: value, effect: NoSchedule}}]
      {more}
"""


@pytest.fixture
def templated(submitted, tmp_path):
    """Submit a message whose Pod has this beside what every Pod has."""

    def run(message_id, more, node="k8s-node-1", **job):
        template = tmp_path / "own.yaml.j2"
        template.write_text(TEMPLATE.format(more=more, node=node))
        submitted(message_id, submit_template=str(template), **job)

    return run


def failure(receiver, message_id):
    """The words of the last callback of an id, which is status 3."""
    last = [one.body for one in receiver.callbacks() if one.body["id"] == message_id][-1]
    assert last["status"] == 3
    return last["detail"]["error"]["message"]


def test_why_a_pod_found_no_node_is_told_with_the_deadline_that_took_the_pod(
    submitted, report, receiver, jobs
):
    submitted("finds-no-node", nodeSelector=NOWHERE)
    until(lambda: "Unschedulable" in str(jobs.pods()), "its Pod is Unschedulable")
    report("finds-no-node")
    assert "Unschedulable" in jobs.kept_reasons()
    written = jobs.kept_reasons()
    report("finds-no-node")
    assert jobs.kept_reasons() == written, "it is written once"
    jobs.pass_deadline()

    report("finds-no-node")

    assert receiver.statuses_of("finds-no-node") == [0, 3]
    words = failure(receiver, "finds-no-node")
    assert words.startswith("DeadlineExceeded: ")
    assert "; a pod waited: Unschedulable: 0/" in words


def test_why_no_pod_could_be_created_is_told_with_the_deadline(submitted, report, receiver, jobs):
    jobs.kubectl("create", "-f", "-", stdin=NO_PODS)
    submitted("finds-no-room")
    until(lambda: report("finds-no-room") and "FailedCreate" in jobs.kept_reasons(), "it is kept")
    jobs.pass_deadline()

    report("finds-no-room")

    assert receiver.statuses_of("finds-no-room") == [0, 3]
    assert "exceeded quota: q" in failure(receiver, "finds-no-room")


@pytest.mark.usefixtures("real_node")
def test_which_image_could_not_be_pulled_is_told_with_the_deadline_that_took_the_pod(
    submitted, report, receiver, jobs
):
    submitted("finds-no-image", image="127.0.0.1:1/none:1", **REAL)
    until(lambda: "ErrImagePull" in str(jobs.pods()), "the image could not be pulled")
    report("finds-no-image")
    jobs.pass_deadline()

    report("finds-no-image")

    assert receiver.statuses_of("finds-no-image") == [0, 3]
    assert "127.0.0.1:1/none:1" in failure(receiver, "finds-no-image")


def test_a_failure_is_noted_while_the_endpoint_is_down_and_told_when_the_pod_is_gone(
    submitted, report, receiver, jobs
):
    submitted("noted", env=[{"name": "FAKE_EXIT_CODE", "value": "3"}])
    receiver.answer = lambda _body: 503
    report("noted", **PAUSED)
    jobs.until_ended()
    report("noted", **PAUSED)
    assert len(receiver.callbacks()) == 1, "its next try is later"
    jobs.kubectl("delete", "pods", "--all")
    until(lambda: not jobs.pods(), "the Pods are gone")
    jobs.kubectl("annotate", "jobs", "--all", "sqs-k8s.jobs/retry-")
    receiver.answer = None

    report("noted")

    assert receiver.statuses_of("noted") == [0, 1, 3]
    assert "container job: Error, exit code 3" in failure(receiver, "noted")


@pytest.mark.usefixtures("real_node")
def test_an_init_container_that_fails_is_told_with_its_image_and_exit_code(
    submit, message, report, receiver, jobs
):
    fails = {"name": "prepare", "image": "busybox", "command": ["sh", "-c", "exit 7"]}
    services = {"example": {"pod_spec": {"initContainers": [fails]}}}
    submit(message("unprepared", **REAL), submit_job_services=services)
    jobs.until_ended()

    report("unprepared")

    assert receiver.statuses_of("unprepared") == [0, 3]
    words = failure(receiver, "unprepared")
    assert "init container prepare (" in words
    assert "busybox" in words
    assert "Error, exit code 7" in words


@pytest.mark.usefixtures("real_node")
@pytest.mark.parametrize("main", ["job", "work"])
def test_a_sidecar_that_runs_is_no_start_where_the_main_container_cannot_be_pulled(
    templated, report, receiver, jobs, main
):
    broken = f"{{name: {main}, image: '127.0.0.1:1/none:1'}}"
    sidecar = "{name: a-proxy, image: busybox, command: [sleep, '600']}"
    templated(f"beside-{main}", f"containers: [{broken}, {sidecar}]")
    until(lambda: "'running'" in str(jobs.pods()), "the sidecar runs")
    until(lambda: "ErrImagePull" in str(jobs.pods()), "the image could not be pulled")

    report(f"beside-{main}")
    assert receiver.statuses_of(f"beside-{main}") == [0]
    report(f"beside-{main}", report_start_timeout=1)

    assert receiver.statuses_of(f"beside-{main}") == [0, 99]
    last = receiver.callbacks()[-1].body["detail"]["error"]
    assert last["errorCode"] == "A105"
    assert "127.0.0.1:1/none:1" in last["message"]


@pytest.mark.usefixtures("real_node")
def test_a_sidecar_that_keeps_its_pod_is_named_when_the_deadline_has_passed(
    templated, report, receiver, jobs
):
    work = "{name: job, image: busybox, command: ['true']}"
    sidecar = "{name: proxy, image: busybox, command: [sh, -c, 'trap exit TERM; sleep 600 & wait']}"
    templated("kept-by-proxy", f"containers: [{work}, {sidecar}]")
    until(lambda: "'terminated'" in str(jobs.pods()), "the main container has ended")
    report("kept-by-proxy")
    jobs.pass_deadline()

    report("kept-by-proxy")

    assert receiver.statuses_of("kept-by-proxy") == [0, 1, 3]
    words = failure(receiver, "kept-by-proxy")
    assert words.startswith("DeadlineExceeded: ")
    assert "container proxy (" in words
    assert "runs on after the main container's end" in words


def test_a_pod_that_is_held_back_by_a_gate_has_all_the_time_and_counts_from_its_end(
    templated, report, receiver, jobs
):
    gated = (
        "schedulingGates: [{name: example.com/queue}]\n      containers: [{name: job, image: i}]"
    )
    templated("gated", gated, node="nowhere")
    until(lambda: "SchedulingGated" in str(jobs.pods()), "its Pod is there")
    report("gated", report_start_timeout=0)
    assert receiver.statuses_of("gated") == [0]

    ungate = json.dumps([{"op": "remove", "path": "/spec/schedulingGates"}])
    (pod,) = (one["metadata"]["name"] for one in jobs.pods())
    jobs.kubectl("patch", "pod", pod, "--type=json", "-p", ungate)
    until(lambda: "Unschedulable" in str(jobs.pods()), "the scheduler has tried")
    report("gated", report_start_timeout=600)
    assert receiver.statuses_of("gated") == [0]
    until(
        lambda: (
            report("gated", report_start_timeout=1) and receiver.statuses_of("gated") == [0, 99]
        ),
        "its caller has heard 99",
    )

    last = receiver.callbacks()[-1].body["detail"]["error"]
    assert last["errorCode"] == "A105"
    assert "Unschedulable: 0/" in last["message"]
