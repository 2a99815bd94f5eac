"""The image in which AWX runs the playbooks, and what a project sync of AWX finds to install."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from ansible_collections import kubernetes
from awx import job
from kit.paths import ROOT
from packaging.requirements import Requirement

BIN = Path(sys.executable).parent
KUBERNETES = Path(next(iter(kubernetes.__path__)))  # the namespace, with the collection core
# What ansible-core and the collection kubernetes.core bring along.
OF_OTHERS = {"ansible", "jinja2", "yaml", "kubernetes", "ansible_collections"}


def call(*command, **environment):
    done = subprocess.run(
        [str(word) for word in command],
        cwd=environment.pop("cwd", ROOT),
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    """ansible-builder's context of execution-environment.yml."""
    folder = tmp_path_factory.mktemp("context")
    call(
        BIN / "ansible-builder", "create", "--context", folder, "--output-filename", "Containerfile"
    )
    return folder


@pytest.fixture
def steps(context):
    return (context / "Containerfile").read_text("utf-8").splitlines()


@pytest.fixture
def installed(tmp_path):
    """A collections path with kubernetes.core in it, as a project sync leaves it."""
    folder = tmp_path / "installed"
    (folder / "ansible_collections").mkdir(parents=True)
    (folder / "ansible_collections" / "kubernetes").symlink_to(KUBERNETES)
    return folder


def introspected(context, folder, *flags):
    """The packages that the image's builder finds collections to ask for."""
    script = context / "_build" / "scripts" / "introspect.py"
    return yaml.safe_load(call(sys.executable, script, "introspect", *flags, folder))


def test_the_context_has_each_file_that_the_image_is_made_with(context, steps):
    copied = re.findall(r"^COPY (_build\S*) ", "\n".join(steps), re.MULTILINE)

    assert "_build/python/requirements.txt" in copied
    assert [name for name in copied if not (context / name).exists()] == []
    requirements = yaml.safe_load((context / "_build/requirements.yml").read_text("utf-8"))
    assert [one["name"] for one in requirements["collections"]] == ["kubernetes.core"]


def test_every_python_package_is_in_the_image_before_galaxy_is_asked_and_has_a_hash(steps):
    (install,) = [step for step in steps if "requirements.txt" in step and "pip install" in step]

    assert "--no-deps --require-hashes" in install
    assert steps.index(install) < steps.index("FROM base AS galaxy")


def test_the_image_has_the_versions_that_the_tests_run_with(context):
    pinned = context / "_build/python/requirements.txt"
    flags = ("--dry-run", "--no-index", "--no-deps", "--require-hashes")

    said = call(sys.executable, "-m", "pip", "install", *flags, "-r", pinned)

    found = re.findall(r"^([\w.-]+==[^\\\n]+)", pinned.read_text("utf-8"), re.MULTILINE)
    asked = map(Requirement, found)
    names = [one.name for one in asked if not one.marker or one.marker.evaluate()]
    assert {"ansible-core", "ansible-runner", "kubernetes"} <= set(names)
    assert len(re.findall("already satisfied", said)) == len(names)


def test_nothing_that_kubernetes_core_asks_for_comes_without_a_hash(context, steps, installed):
    (step,) = [step for step in steps if "introspect.py" in step]
    excluded = context / "_build" / "exclude-collections.txt"

    assert f"--exclude-collection-reqs={excluded.name}" in step
    assert introspected(context, installed)["python"]
    assert introspected(context, installed, f"--exclude-collection-reqs={excluded}") == {
        "python": [],
        "system": [],
    }


def test_the_collection_names_what_it_needs_in_python_and_nothing_else(context):
    found = introspected(context, ROOT / "collections")["python"]
    named = {line.split("  #")[0] for line in found if line.endswith("collection sqs_k8s.jobs")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert {re.split("[<>=]", one)[0] for one in named} == imported() - OF_OTHERS
    assert named <= set(project["dependencies"])


def test_a_project_sync_finds_the_collections_that_are_needed_and_no_roles(installed, tmp_path):
    project = job.checkout(tmp_path / "project")
    environment = {
        "cwd": project,
        "HOME": str(tmp_path),
        "ANSIBLE_COLLECTIONS_PATH": str(installed),
        "ANSIBLE_GALAXY_SERVER": "http://127.0.0.1:9",  # nobody is there
    }

    for command in (
        ("collection", "install", "-r", "collections/requirements.yml"),
        ("install", "-r", "requirements.yml"),
    ):
        said = call(BIN / "ansible-galaxy", *command, **environment)
        assert "All requested collections are already installed" in said
    assert not list((project / "roles").glob("requirements.*"))


def test_the_links_of_a_project_lead_to_places_within_it(tmp_path):
    project = job.checkout(tmp_path / "project")
    links = [path for path in project.rglob("*") if path.is_symlink()]

    assert project / "collections/ansible_collections/sqs_k8s/jobs" in links
    assert [one for one in links if one.readlink().is_absolute()] == []
    assert [one for one in links if not one.resolve(strict=True).is_relative_to(project)] == []


def imported():
    """The packages from elsewhere that the collection's plugins import."""
    trees = [ast.parse(path.read_text("utf-8")) for path in (ROOT / "plugins").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = [one.name for node in nodes if isinstance(node, ast.Import) for one in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) if not node.level]
    return {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names)
