"""playbooks/hand_over.yml: Jobs are let go of, told or not, in all namespaces or in one."""

from kit.cluster.jobs import Jobs

LONG = [{"name": "FAKE_RUN_SECONDS", "value": "600s"}]


def test_jobs_of_one_namespace_are_let_go_of_and_those_of_another_stay(
    playbook, submitted, cluster, jobs
):
    elsewhere = Jobs(cluster, f"{jobs.namespace[:50]}-elsewhere")
    cluster.kubectl("create", "namespace", elsewhere.namespace)
    submitted("handed over", env=LONG)
    submitted("stays", namespace=elsewhere.namespace, env=LONG)

    done = playbook("hand_over.yml", only_namespace=jobs.namespace)

    assert done.returncode == 0, done.stdout
    assert "finalizers" not in jobs.one()["metadata"]
    assert elsewhere.one()["metadata"]["finalizers"] == ["sqs-k8s.jobs/reported"]
