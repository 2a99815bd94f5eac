"""Pods that are taken away: by a taint, by a more important Pod, by hand. Status 3 says by whom."""

import json

import pytest
from kit.cluster.jobs import has_ended
from kit.wait import until

JOB = """
apiVersion: batch/v1
kind: Job
metadata: {{name: {{{{ job_name }}}}, namespace: {{{{ job.namespace }}}}}}
spec:
  backoffLimit: 0
  activeDeadlineSeconds: {{{{ job.activeDeadlineSeconds }}}}
  template:
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 600
      nodeSelector: {{kubernetes.io/hostname: {node}}}
      tolerations: [{{operator: Exists, effect: NoSchedule}}]
      containers: [{{name: job, image: busybox, resources: {{requests: {{cpu: '1'}}}}}}]
"""
IMPORTANT = """
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {{name: {name}}}
value: 1000000
---
apiVersion: v1
kind: Pod
metadata: {{name: important, namespace: {namespace}}}
spec:
  priorityClassName: {name}
  nodeSelector: {{kubernetes.io/hostname: {node}}}
  tolerations: [{{operator: Exists, effect: NoSchedule}}]
  containers: [{{name: job, image: busybox, resources: {{requests: {{cpu: '1'}}}}}}]
"""


@pytest.fixture
def node(cluster, namespace):
    """A node of the test's own, of one core, without a kubelet that ends Pods."""
    name = namespace[:63]
    labels = {"kubernetes.io/hostname": name}
    room = {"cpu": "1", "memory": "1Gi", "pods": "10"}
    thing = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}}
    cluster.kubectl("create", "-f", "-", stdin=json.dumps(thing))
    status = json.dumps({"status": {"capacity": room, "allocatable": room}})
    cluster.kubectl("patch", "node", name, "--subresource=status", "--type=merge", "-p", status)
    yield name
    cluster.kubectl("delete", "priorityclass", name, "--ignore-not-found")
    cluster.kubectl("delete", "node", name)


@pytest.fixture
def placed(submit, message, report, jobs, node, tmp_path):
    """Submit a message whose Pod is on that node, and has told its status 0."""

    def run(message_id):
        template = tmp_path / "placed.yaml.j2"
        template.write_text(JOB.format(node=node))
        rules = {"submit_template": str(template), "submit_policy_tolerations": ["*=*"]}
        submit(message(message_id), **rules)
        until(lambda: "nodeName" in str(jobs.pods()), "its Pod is on the node")
        report(message_id)

    return run


def told_once_gone(jobs, report, receiver, message_id, word):
    """The words of status 3, once the Pod that shows this word is kept and gone."""
    until(lambda: report(message_id) and word in jobs.kept_reasons(), "it is kept")
    jobs.kubectl("delete", "pods", "-l", "job-name", "--force", "--grace-period=0")
    until(lambda: has_ended(jobs.one()), "its Job has failed")
    report(message_id)
    assert receiver.statuses_of(message_id)[-1] == 3
    return receiver.callbacks()[-1].body["detail"]["error"]["message"]


def test_a_pod_that_a_taint_evicts_is_told_as_one(placed, report, receiver, cluster, jobs, node):
    placed("tainted")
    cluster.kubectl("taint", "node", node, "away=now:NoExecute")

    words = told_once_gone(jobs, report, receiver, "tainted", "DeletionByTaintManager")

    assert "DeletionByTaintManager: " in words


def test_a_pod_that_gives_way_to_a_more_important_one_is_told_as_one(
    placed, report, receiver, jobs, node
):
    placed("preempted")
    names = {"name": node, "node": node, "namespace": jobs.namespace}
    jobs.kubectl("create", "-f", "-", stdin=IMPORTANT.format(**names))

    words = told_once_gone(jobs, report, receiver, "preempted", "PreemptionByScheduler")

    assert "PreemptionByScheduler: " in words


def test_a_pod_that_somebody_deletes_by_hand_is_told_as_one(placed, report, receiver, jobs):
    placed("deleted-by-hand")
    jobs.kubectl("delete", "pods", "--all", "--wait=false")

    words = told_once_gone(jobs, report, receiver, "deleted-by-hand", "Deleted")

    assert "Deleted: the Pod was deleted before it ended" in words
