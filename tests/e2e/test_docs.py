"""Every command in the docs is run: here as it stands there, or by the test that is named."""

from __future__ import annotations

import json

import pytest
import yaml
from support import commands
from support.commands import PAGES, ROOT, Reader

# Pages of which every other block is run below.
RUN = {"tutorial.md", "templates.md", "migration.md"}
MESSAGE = "tests/integration/test_message_playbook.py"
# What cannot be typed here as it stands, by how it begins, and what tries it instead.
ELSEWHERE = {
    "make demo    # the spec": "tests/e2e/test_demo.py",
    "make demo KEEP=1": "tests/e2e/test_demo.py",
    "export K8S_AUTH_KUBECONFIG=… K8S_AUTH_CONTEXT=…\n": MESSAGE,
    "export K8S_AUTH_KUBECONFIG=$KUBECONFIG": "tests/support/commands.py",
    "pip install --no-deps --require-hashes": "tests/e2e/test_build.py",
    "ansible-builder build": "tests/unit/test_execution_environment.py",
    "export CONTROLLER_HOST=": "tests/integration/test_awx.py",
    "curl --fail -X POST": "tests/integration/test_awx.py",
    "make build && ansible-galaxy": "tests/e2e/test_build.py",
    "export K8S_AUTH_KUBECONFIG=… K8S_AUTH_CONTEXT=… AWS": "tests/integration/test_rulebook.py",
}


@pytest.fixture
def reader(tmp_path, cluster):
    return Reader(tmp_path, cluster)


def to_type(page):
    """The blocks of a page that are run here."""
    blocks = commands.blocks(ROOT / "docs" / page)
    return [block for block in blocks if not elsewhere(block)]


def elsewhere(block):
    """The tests that try a block which is not typed here."""
    return [ELSEWHERE[beginning] for beginning in ELSEWHERE if block.startswith(beginning)]


def test_every_block_is_run_here_or_by_a_test_that_is_there():
    blocks = [(page, block) for page in PAGES for block in commands.blocks(page)]

    for page, block in blocks:
        assert len(elsewhere(block)) == 1 or page.name in RUN, f"{page.name}: {block}"
    for beginning, test in ELSEWHERE.items():
        assert (ROOT / test).is_file(), test
        assert any(block.startswith(beginning) for _, block in blocks), beginning


def test_the_tutorial_goes_as_it_says(reader, cluster):
    if not cluster.real_node:
        pytest.skip(f"no container runs: {cluster.why_no_real_node}")
    refused, allowed, log = commands.blocks(ROOT / "docs" / "tutorial.md", "text")
    previewed, changed, run, logged, gpu, golden = to_type("tutorial.md")

    assert refused in reader.types(previewed)
    shown = reader.types(changed)
    assert allowed in shown
    assert "restartPolicy: Always" in shown
    assert "created" in reader.types(run)
    assert log in reader.types(logged)
    assert "created" in reader.types(gpu)
    assert "changed=1" in reader.types(golden)

    jobs = json.loads(cluster.kubectl("-n", "team-a", "get", "jobs,pods", "-o", "json"))["items"]
    nodes = {one["spec"].get("nodeName") for one in jobs if one["kind"] == "Pod"}
    assert nodes == {"k8s-node-1", "gpu-node-1"}
    assert {one["metadata"]["labels"]["team"] for one in jobs} == {"a"}
    written = yaml.safe_load((reader.checkout / "build/mine/golden/train.yaml").read_text("utf-8"))
    container = written["spec"]["template"]["spec"]["containers"][0]
    assert container["resources"]["limits"] == {"nvidia.com/gpu": 2}


def test_templates_are_tried_as_the_page_says(reader, message, tmp_path):
    golden = tmp_path / "golden"
    golden.mkdir()
    body = json.dumps({**message("tried as documented"), "service": "billing"})
    for path in (golden / "usual.json", reader.checkout / "message.json"):
        path.write_text(body.replace(json.loads(body)["job"]["namespace"], "default"))
    variables = commands.blocks(ROOT / "docs" / "templates.md", "yaml")[0]
    own = f"{variables}submit_golden: {golden}\n"
    (reader.checkout / "variables.yml").write_text(own)
    preview, cases = to_type("templates.md")

    shown = reader.types(preview)
    assert "name: logs" in shown
    assert "priorityClassName: urgent" in shown
    assert "usual.json has no usual.yaml yet" in reader.types(cases)


def test_messages_of_another_service_are_tried_as_the_page_says(reader, message):
    (reader.checkout / "messages").mkdir()
    (reader.checkout / "messages" / "one.json").write_text(json.dumps(message("moved")))
    (reader.checkout / "variables.yml").write_text("submit_policy_namespaces: ['*']\n")
    (preview,) = to_type("migration.md")

    assert "would be created" in reader.types(preview)
