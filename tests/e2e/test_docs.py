"""Every command in the docs is run: here as it stands there, or by the test that is named."""

import json
import os

import pytest
import yaml
from kit.processes import doc_commands
from kit.processes.demo_session import DemoSession
from kit.processes.doc_commands import PAGES, ROOT, VENV, Reader, shows
from kit.wait import until

TUTORIAL = ROOT / "docs" / "tutorial" / "tutorial.md"
# What cannot be typed here as it stands, by how it begins: why not, and what tries it instead.
ELSEWHERE = {
    "make demo    # seven": ("it runs all tests", "tests/e2e/test_demo.py"),
    "pip install --no-deps --require-hashes": ("needs Galaxy", "tests/e2e/test_build.py"),
    "ansible-builder build": ("needs podman", "tests/unit/tests/test_execution_environment.py"),
    "ansible-galaxy collection install 'awx": ("needs AWX", "tests/integration/awx/test_awx.py"),
    "jq -n --rawfile message": ("needs AWX", "tests/integration/awx/test_awx.py"),
    "make build && ansible-galaxy": ("needs Galaxy", "tests/e2e/test_build.py"),
    "ansible-playbook playbooks/move_records.yml": (
        "needs records of an earlier version",
        "tests/integration/report/test_retries.py",
    ),
    "export PYTHONPATH=": (
        "needs a cluster with a certificate of some years ago",
        "tests/integration/runner/test_nonstrict_certificates.py",
    ),
    "export PORT=": ("keeps its terminal", "tests/unit/docs/test_receivers.py"),
    "id=try-1": ("needs that receiver", "tests/unit/docs/test_receivers.py"),
    "export K8S_AUTH_KUBECONFIG=… K8S_AUTH_CONTEXT=… AWS": (
        "needs an event source from Galaxy",
        "tests/integration/eda/test_rulebook.py",
    ),
}


@pytest.fixture
def reader(tmp_path, cluster):
    return Reader(
        tmp_path,
        **cluster.for_modules,
        PATH=f"{VENV}{os.pathsep}{os.environ['PATH']}",
    )


def to_type(page):
    """The blocks of a page that are typed here."""
    return [block for block in doc_commands.blocks(ROOT / page) if not elsewhere(block)]


def elsewhere(block):
    """Why a block is not typed here, and which test tries it."""
    return [ELSEWHERE[beginning] for beginning in ELSEWHERE if block.startswith(beginning)]


def test_every_block_is_typed_here_or_tried_by_a_test_that_is_there():
    blocks = [block for page in PAGES for block in doc_commands.blocks(page)]
    typed = {str(page.relative_to(ROOT)): len(to_type(page)) for page in PAGES if to_type(page)}

    assert typed == {
        "README.md": 1,
        "docs/how-to/migration.md": 1,
        "docs/how-to/templates.md": 2,
        "docs/tutorial/tutorial.md": 10,
    }
    for beginning, (_, test) in ELSEWHERE.items():
        assert (ROOT / test).is_file(), test
        assert any(block.startswith(beginning) for block in blocks), beginning


@pytest.mark.verify  # on a cluster of its own
def test_the_tutorial_goes_as_it_says(tmp_path):
    up, refused, allowed, told, log, in_flight, cancelled = doc_commands.blocks(TUTORIAL, "text")
    demo, setup, previewed, changed, run, logged, gpu, listed, cancel, golden = to_type(TUTORIAL)
    reader = Reader(tmp_path)

    with DemoSession(reader, demo, tmp_path / "first-terminal") as first:
        if "the node k8s-node-1 is a fake one" in first.shown():
            pytest.skip("no container runs on this machine")
        assert shows(first.shown(), up)
        reader.types(f"{first.exports}\nexport CALLER={first.caller}\n{setup}")
        assert shows(reader.types(previewed), refused)
        shown = reader.types(changed)
        assert shows(shown, allowed)
        assert "restartPolicy: Always" in shown
        assert "sum-912f0e95: created" in reader.types(run)
        until(lambda: shows(first.shown(), told), "the caller heard of the sum")
        assert shows(reader.types(logged), log)

        second = reader.starts(gpu)
        until(lambda: first.statuses_of("tutorial-train") == [0, 1], "the training runs")
        assert shows(reader.types(listed), in_flight)
        pods = pods_of("team-a", reader)
        reader.types(cancel)
        output, _ = second.communicate()
        assert second.returncode != 0, output
        until(lambda: shows(first.shown(), cancelled), "the caller heard of the training")
        assert "changed=1" in reader.types(golden)

    assert {name: pod["spec"]["nodeName"] for name, pod in pods.items()} == {
        "sum": "k8s-node-1",
        "train": "gpu-node-1",
    }
    assert {pod["metadata"]["labels"]["team"] for pod in pods.values()} == {"a"}
    assert first.statuses_of("tutorial-train") == [0, 1, 99]
    written = yaml.safe_load((reader.checkout / "build/mine/golden/train.yaml").read_text("utf-8"))
    container = written["spec"]["template"]["spec"]["containers"][0]
    assert container["resources"]["limits"] == {"nvidia.com/gpu": 2}


def pods_of(namespace, reader):
    """The Pods of a namespace, by the prefixes of their Jobs."""
    look = f"ansible localhost -o -m kubernetes.core.k8s_info -a 'kind=Pod namespace={namespace}'"
    found = json.loads(reader.types(look).partition("=>")[2])["resources"]
    return {pod["metadata"]["name"].partition("-")[0]: pod for pod in found}


def test_a_message_by_hand_goes_as_the_readme_says(reader, message, receiver):
    body = message("by-the-readme", namespace="default")
    (reader.checkout / "message.json").write_text(json.dumps(body))
    (by_hand,) = to_type("README.md")

    shown = reader.types(f"{by_hand.rstrip()} -e report_webhook_allow=127.0.0.0/8")

    assert "2 complete" in shown
    assert receiver.statuses_of("by-the-readme") == [0, 1, 2]


def test_templates_are_tried_as_the_page_says(reader, message, tmp_path):
    golden = tmp_path / "golden"
    golden.mkdir()
    body = json.dumps({**message("tried as documented"), "service": "billing"})
    for path in (golden / "usual.json", reader.checkout / "message.json"):
        path.write_text(body.replace(json.loads(body)["job"]["namespace"], "default"))
    variables = doc_commands.blocks(ROOT / "docs" / "how-to" / "templates.md", "yaml")[0]
    own = f"{variables}submit_golden: {golden}\n"
    (reader.checkout / "variables.yml").write_text(own)
    preview, cases = to_type("docs/how-to/templates.md")

    shown = reader.types(preview)
    assert "name: logs" in shown
    assert "priorityClassName: urgent" in shown
    assert "usual.json has no usual.yaml yet" in reader.types(cases)


def test_messages_of_another_service_are_tried_as_the_page_says(reader, message):
    (reader.checkout / "messages").mkdir()
    (reader.checkout / "messages" / "one.json").write_text(json.dumps(message("moved")))
    (reader.checkout / "variables.yml").write_text("submit_policy_namespaces: ['*']\n")
    (preview,) = to_type("docs/how-to/migration.md")

    assert "would be created" in reader.types(preview)
