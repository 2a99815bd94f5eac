"""playbooks/release_jobs.yml: every Job is released, in all namespaces or in one."""

from kit.builders.messages import LONG


def test_jobs_of_one_namespace_are_let_go_of_and_those_of_another_stay(
    playbook, submitted, jobs, elsewhere
):
    submitted("handed over", env=LONG)
    submitted("stays", namespace=elsewhere.namespace, env=LONG)

    playbook("release_jobs.yml", only_namespace=jobs.namespace)

    assert "finalizers" not in jobs.one()["metadata"]
    assert elsewhere.one()["metadata"]["finalizers"] == ["sqs-k8s.jobs/reported"]
