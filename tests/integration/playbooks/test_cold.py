"""Each playbook as a person starts it, in processes that have imported nothing before.

Other tests run playbooks in fork servers, as the runner does.
"""

import json

import pytest
from kit.paths import ROOT, TESTS

PLAYBOOKS = ROOT / "playbooks"
# Those which a test runs cold for a reason of its own.
ELSEWHERE = {
    **dict.fromkeys(("awx", "cancel", "list", "logs", "message"), "integration/awx/test_awx.py"),
    **dict.fromkeys(("replay", "report"), "integration/awx/test_awx.py"),
    **dict.fromkeys(("golden", "preview"), "e2e/test_docs.py"),
}
HERE = ("deploy", "event", "release_jobs", "manifests", "move_records", "submit", "undeploy")


@pytest.fixture
def variables(message, namespace, tmp_path):
    """Variables of these playbooks."""
    body = json.dumps(message("cold"))
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "0000").write_text(body)
    return {
        "message_dir": str(tmp_path / "messages"),
        "ansible_eda": {"event": {"body": body}},
        "only_namespace": namespace,
        "from": namespace,
        "deploy_name": f"{namespace[:40]}-cold",
        "deploy_namespace": f"{namespace[:40]}-cold",
        "deploy_job_namespaces": [namespace],
        "deploy_image": "registry.example/sqs-k8s-jobs:1",
        "deploy_queue_url": "https://sqs.eu-central-1.amazonaws.com/1/jobs",
        "deploy_manifests_file": str(tmp_path / "manifests.yaml"),
    }


@pytest.mark.parametrize("name", HERE)
def test_a_playbook_runs_in_processes_of_its_own(playbook, variables, name):
    done = playbook(f"{name}.yml", "--check", cold=True, **variables)

    assert "failed=0" in done.stdout


def test_every_playbook_runs_cold_here_or_elsewhere():
    assert sorted((*HERE, *ELSEWHERE)) == sorted(path.stem for path in PLAYBOOKS.glob("*.yml"))
    assert [test for test in ELSEWHERE.values() if not (TESTS / test).is_file()] == []
