"""The access that the docs ask for is all that is needed, and no rule of it is unused."""

import pytest
from cluster import Cluster
from kit.builders import messages
from kit.builders.messages import LONG, NOWHERE
from kit.builders.objects import digest_of
from kit.cluster import documented_access
from kit.processes.runner import Runner
from kit.servers.sqs import Queues
from kit.wait import until
from sqs_k8s_jobs.testing.callback_receiver import CallbackReceiver

WORK = "team"
ACCESS_KEY = "runner"
UNKNOWN_ACCOUNT = "nobody"  # whose Job gets no Pod: only the cluster's events say why
VARIABLES = {
    "submit_policy_namespaces": [WORK],
    "submit_policy_service_accounts": ["*"],
    "report_webhook_secret_name": "sqs-k8s-jobs-webhooks",
    "report_webhook_secret_namespace": documented_access.OWN,
    "report_start_timeout": 15,
    "report_deduplication_window": 0,
}


@pytest.fixture
def audit_log(tmp_path):
    return tmp_path / "audit.log"


@pytest.fixture
def own_cluster(audit_log):
    """A cluster that writes down what is asked of it."""
    with Cluster(fake_nodes=1, audit_log=audit_log) as started:
        started.kubectl("create", "namespace", WORK)
        yield started


@pytest.fixture
def rules(own_cluster):
    granted = documented_access.grant(own_cluster, WORK)
    key = "--from-literal=default=whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
    names = ("create", "secret", "generic", "sqs-k8s-jobs-webhooks", key)
    own_cluster.kubectl("-n", documented_access.OWN, *names)
    return granted


@pytest.fixture
def own_queues():
    with Queues() as started:
        yield started


@pytest.fixture
def runner(own_cluster, own_queues, rules, tmp_path):
    assert rules, "the account is there"
    started = Runner(own_cluster, own_queues.new(), tmp_path)
    started.set_variables(**VARIABLES)
    started.environment |= {
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "SQS_K8S_JOBS_KUBECONFIG": str(documented_access.kubeconfig(own_cluster, tmp_path)),
        "SQS_K8S_JOBS_RECORD_NAMESPACE": documented_access.OWN,
        "SQS_K8S_JOBS_LEADER_ELECTION_LEASE": "sqs-k8s-jobs",
    }
    yield started
    started.stop()


def body(message_id, url, **job):
    return messages.valid(message_id, WORK, url, ttlSecondsAfterFinished=60, **job)


def test_the_whole_flow_needs_the_documented_access_and_nothing_else(
    runner, own_cluster, own_queues, rules, audit_log
):
    sqs = documented_access.SqsCalls(own_queues, ACCESS_KEY)
    expected = {
        "good": [0, 1, 2],
        "invalid": [99],
        "nowhere": [0, 99],
        "podless": [0, 99],
        "orphaned": [0, 1, 99],
    }
    with CallbackReceiver() as receiver:
        runner.start()
        runner.queue.send(
            body("good", receiver.url),
            body("invalid", receiver.url, image=""),
            body("nowhere", receiver.url, nodeSelector=NOWHERE),
            body("podless", receiver.url, serviceAccount=UNKNOWN_ACCOUNT),
            body("orphaned", receiver.url, env=LONG),
        )
        until(lambda: receiver.statuses_of("orphaned") == [0, 1], "a Job runs")
        label = f"sqs-k8s.jobs/id={digest_of('orphaned')}"
        delete = ("delete", "jobs", "-l", label, "--cascade=orphan", "--wait=false")
        own_cluster.kubectl("-n", WORK, *delete)
        until(
            lambda: {one: receiver.statuses_of(one) for one in expected} == expected,
            "each caller has heard its end",
        )
        until(lambda: not left(own_cluster, WORK, "jobs"), "the Jobs are gone")
        until(
            lambda: not left(own_cluster, documented_access.OWN, "configmaps"), "the record is gone"
        )
        until(runner.queue.is_empty, "the queue is empty")
        runner.stop()
        runner.set_variables(**VARIABLES, submit_template="/nowhere/job.yaml.j2")
        runner.start()
        until(lambda: "fault raised part=template" in runner.log(), "nothing is submitted")
        runner.queue.send(body("handed back", receiver.url))
        until(lambda: runner.queue.visible() == 0, "a message is in hand")
    runner.stop()

    calls = list(documented_access.calls(audit_log))
    assert [call for call in calls if call[2] == 403] == []
    assert {(verb, resource) for verb, resource, _code in calls} == rules
    queues = {runner.queue.url: "QUEUE", runner.queue.dead_letter_url: "DEAD_LETTER_QUEUE"}
    names = {url.rpartition("/")[2]: name for url, name in queues.items()}
    assert {(action, names[queue]) for action, queue in sqs.seen} == documented_access.iam_actions()


def left(cluster, namespace, kind):
    return cluster.kubectl("-n", namespace, "get", kind, "-l", "sqs-k8s.jobs/id", "-o", "name")
