"""The output of `make build`: all that its users need, and nothing else."""

import json
import re
import subprocess

import pytest
from kit.builders.variables import OWN
from kit.paths import ROOT
from kit.processes import collection_build
from kit.processes.installed_release import InstalledRelease, UnpinnedRelease
from kit.processes.runner import Runner
from kit.wait import until
from versions.listed import load

TOP = {
    *("CHANGELOG.rst", "FILES.json", "LICENSE", "MANIFEST.json", "README.md", "SECURITY.md"),
    *("changelogs", "docs", "extensions", "meta", "playbooks", "plugins", "requirements.yml"),
    *("roles", "tests"),
}
SANITY = {"config.yml", *(f"sanity/ignore-{core.version}.txt" for core in load().cores)}
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The tarball and the wheel."""
    return collection_build.make(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def place(made, tmp_path_factory):
    """The installed artifacts."""
    return InstalledRelease(tmp_path_factory.mktemp("place"), *made)


@pytest.fixture
def installed_runner(place, cluster, queues, tmp_path):
    """The installed command, set up for a queue of the test's own."""
    started = Runner(cluster, queues.new(), tmp_path, (str(place.bin / "sqs-k8s-jobs"),))
    started.environment.update(place.environment)
    yield started
    started.stop()


def test_the_tarball_holds_the_collection_alone(made):
    names = collection_build.names(made[0])

    assert {name.split("/")[0] for name in names} == TOP
    assert {name.removeprefix("tests/") for name in names if name.startswith("tests/")} == SANITY
    assert [name for name in names if "__pycache__" in name or "/." in f"/{name}"] == []


def test_the_tarball_holds_every_file_of_the_collection(made):
    tracked = subprocess.run(
        ["git", "ls-files", *sorted(TOP - {"tests"})],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()

    assert set(tracked) <= collection_build.names(made[0])


def test_every_link_in_the_docs_leads_into_the_tarball(place):
    pages = [*place.collection.glob("*.md"), *place.collection.glob("docs/**/*.md")]
    links = [(page, link) for page in pages for link in LINK.findall(page.read_text("utf-8"))]

    assert links
    assert [(str(page), link) for page, link in links if not (page.parent / link).exists()] == []


def test_it_needs_no_checkout(place):
    where = "import ansible_runner, sqs_k8s_jobs; print(sqs_k8s_jobs.__file__)"

    assert place.call("python", "-c", where).stdout.startswith(str(place.folder))
    listed = place.call("ansible-galaxy", "collection", "list", "--format", "json").stdout
    owners = {name: path for path, found in json.loads(listed).items() for name in found}
    assert owners["sqs_k8s.jobs"] == str(place.folder / "collections" / "ansible_collections")


def test_the_installed_runner_takes_a_message_to_its_end(installed_runner, message, receiver):
    installed_runner.start()

    installed_runner.queue.send(message("from-the-queue"))

    until(lambda: receiver.statuses_of("from-the-queue") == [0, 1, 2], "the caller was told")
    until(installed_runner.queue.is_empty, "the queue is empty")


@pytest.mark.each_stack
def test_the_wheel_installed_without_pins_takes_a_message_to_its_end(
    made, cluster, queues, message, receiver, tmp_path
):
    place = UnpinnedRelease(tmp_path, *made)
    runner = Runner(cluster, queues.new(), tmp_path, (str(place.bin / "sqs-k8s-jobs"),))
    runner.environment.update(place.environment)
    runner.start()

    try:
        runner.queue.send(message("unpinned"))
        until(lambda: receiver.statuses_of("unpinned") == [0, 1, 2], "the caller was told")
    finally:
        runner.stop()


def test_the_installed_playbook_takes_a_message_to_its_end(
    place, cluster, message, receiver, tmp_path
):
    path = tmp_path / "message.json"
    path.write_text(json.dumps(message("by-hand")), "utf-8")
    variables = {**OWN, "message_file": str(path), "message_interval": 1}

    done = place.call(
        *("ansible-playbook", "sqs_k8s.jobs.message", "-e", json.dumps(variables)),
        **cluster.for_modules,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert receiver.statuses_of("by-hand") == [0, 1, 2]
