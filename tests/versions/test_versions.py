"""The list of versions holds together, and everything that follows from it says the same."""

from __future__ import annotations

import io
import json
import re
import tomllib
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from cluster import binaries
from kit.paths import ROOT, TESTS
from packaging.requirements import Requirement
from rich.console import Console

from versions import generated, go_module, lock, matrix, pythons, selection
from versions.__main__ import run
from versions.listed import BRIEF, WHOLE, Core, Kubernetes, Stack, load
from versions.pythons import NoPythonError

VERSIONS = load()


def number(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


@pytest.mark.parametrize("path", sorted(generated.files(VERSIONS, ROOT)))
def test_what_follows_from_the_list_is_as_it_says(path: str) -> None:
    """`make docs` rewrites the file if this fails."""
    assert (ROOT / path).read_text("utf-8") == generated.files(VERSIONS, ROOT)[path]


def test_no_ignore_file_is_for_an_ansible_core_that_is_not_listed() -> None:
    found = {path.name for path in (TESTS / "sanity").iterdir()}

    assert found == {f"ignore-{core.version}.txt" for core in VERSIONS.cores}


@pytest.mark.parametrize("kind", ["pythons", "cores", "kubernetes"])
def test_versions_are_in_their_order_with_none_left_out(kind: str) -> None:
    known = [number(one.version) for one in getattr(VERSIONS, kind)]

    assert all(after == [before[0], before[1] + 1] for before, after in pairwise(known))


def test_the_newest_and_the_oldest_of_everything_are_run_as_a_whole() -> None:
    whole = [one for one in VERSIONS.stacks if one.runs == WHOLE]
    newest, oldest = whole

    assert (newest.ansible_core, newest.client, newest.kubernetes) == (
        VERSIONS.cores[-1].version,
        VERSIONS.newest_client,
        VERSIONS.kubernetes[-1].version,
    )
    assert (oldest.python, oldest.ansible_core, oldest.client, oldest.kubernetes) == (
        VERSIONS.pythons[0].version,
        VERSIONS.for_runner()[0].version,
        VERSIONS.oldest_client,
        VERSIONS.kubernetes[0].version,
    )


def test_every_python_ansible_core_and_client_is_in_a_stack() -> None:
    clients = range(int(VERSIONS.oldest_client), int(VERSIONS.newest_client) + 1)

    assert {one.python for one in VERSIONS.stacks} == {one.version for one in VERSIONS.pythons}
    assert {one.ansible_core for one in VERSIONS.stacks} == {one.version for one in VERSIONS.cores}
    assert {one.client for one in VERSIONS.stacks} == {str(one) for one in clients}


@pytest.mark.parametrize("stack", VERSIONS.stacks, ids=lambda stack: stack.name)
def test_a_stack_is_a_combination_that_there_is(stack: Stack) -> None:
    built = {one.version for one in VERSIONS.kubernetes if one.programs}

    assert stack.python in VERSIONS.core(stack.ansible_core).pythons
    assert stack.kubernetes in built
    assert stack.optional or stack.python in pythons.SUITES
    assert VERSIONS.core(stack.ansible_core).runner or stack.runs == BRIEF


@pytest.mark.parametrize("stack", VERSIONS.stacks, ids=lambda stack: stack.name)
def test_a_stack_is_pinned_to_the_versions_that_it_names(stack: Stack) -> None:
    texts = (lock.ALL.read_text("utf-8"), lock.path_of(stack).read_text("utf-8"))
    pins = dict(
        pin.split("==")
        for text in texts
        for line in text.splitlines()
        if (pin := lock.pin_of(line, stack.python))
    )

    assert pins["ansible-core"].startswith(f"{stack.ansible_core}.")
    assert pins["kubernetes"].startswith(f"{stack.client}.")


def test_there_are_pins_of_no_other_stack() -> None:
    assert {path.stem for path in lock.PINS.iterdir()} == {one.name for one in VERSIONS.stacks}


@pytest.mark.parametrize(
    "path", [lock.ALL, ROOT / "requirements.txt", *sorted(lock.PINS.iterdir())]
)
def test_requirements_name_no_index(path: Path) -> None:
    assert not re.search(r"(?m)^--(?!hash)|https?://", path.read_text("utf-8"))


def test_the_runner_may_be_installed_with_what_is_listed_and_with_nothing_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    bounds = {one.name: one.specifier for one in map(Requirement, project["dependencies"])}

    assert [f"{core.version}.1" in bounds["ansible-core"] for core in VERSIONS.cores] == [
        core.runner for core in VERSIONS.cores
    ]
    assert "2.22.0" not in bounds["ansible-core"]
    assert f"{VERSIONS.newest_client}.9.9" in bounds["kubernetes"]
    assert f"{int(VERSIONS.newest_client) + 1}.0.0" not in bounds["kubernetes"]
    assert "36.0.0" in VERSIONS.broken_clients
    assert not [one for one in VERSIONS.broken_clients if one in bounds["kubernetes"]]


def test_the_readme_installs_an_ansible_whose_core_the_runner_is_for() -> None:
    newest = number(VERSIONS.cores[-1].version)[1] - 7  # ansible 14 is of ansible-core 2.21

    assert f"pip install 'ansible<{newest + 1}'" in (ROOT / "README.md").read_text("utf-8")


def test_a_word_that_the_list_does_not_know_is_an_error(tmp_path: Path) -> None:
    text = (TESTS / "versions" / "versions.yml").read_text("utf-8")
    path = tmp_path / "versions.yml"
    path.write_text(text.replace("optional:", "optinal:", 1))

    with pytest.raises(TypeError, match="optinal"):
        load(path)


def test_an_ansible_core_that_is_not_listed_is_named() -> None:
    with pytest.raises(ValueError, match=r"ansible-core 2\.99 is not in versions\.yml"):
        VERSIONS.core("2.99")


def test_a_stack_that_is_not_listed_is_named_with_those_that_are() -> None:
    with pytest.raises(ValueError, match="there is no stack odd; there are newest, oldest"):
        VERSIONS.stack("odd")


def test_pins_of_a_stack_are_those_that_others_do_not_have() -> None:
    stack = Stack("one", BRIEF, "3.13", "2.20", "36", "1.37")
    known = "same==1 \\\n  --hash=a\nold==1 ; python_full_version < '3.12' \\\n  --hash=b\n"
    resolved = "same==1 \\\n  --hash=a\nold==1 \\\n  --hash=b\nown==2 \\\n  --hash=c\n"

    assert lock.differing(resolved, stack, known) == (
        "old==1 \\\n  --hash=b\nown==2 \\\n  --hash=c\n"
    )


def test_kubernetes_folders_become_published_modules() -> None:
    upstream = (
        "module k8s.io/kubernetes\n\ngo 1.25.0\n\nrequire (\n"
        "\tgo.etcd.io/etcd/server/v3 v3.6.5 // indirect\n)\n\n"
        "replace (\n\tk8s.io/api => ./staging/src/k8s.io/api\n)\n"
    )

    text = go_module.go_mod(upstream, "1.35.4", "0.7.0")

    assert "\nrequire (\n\tgo.etcd.io/etcd/server/v3 v3.6.5\n\tk8s.io/kubernetes v1.35.4\n" in text
    assert "\tk8s.io/api => k8s.io/api v0.35.4\n" in text
    assert "\tsigs.k8s.io/kwok/cmd/kwok\n" in text


@pytest.mark.parametrize("one", [one for one in VERSIONS.kubernetes if one.programs])
def test_the_go_module_of_a_minor_version_is_of_the_patch_release_that_is_listed(
    one: Kubernetes,
) -> None:
    folder = binaries.MODULES / f"kubernetes-{one.version}"
    text = (folder / "go.mod").read_text("utf-8")

    assert f"k8s.io/kubernetes v{one.programs} " in text
    assert ("sigs.k8s.io/kwok v" in text) == bool(one.kwok)
    assert f"sigs.k8s.io/kwok v{one.kwok}" in text or not one.kwok


def test_kwok_is_built_with_the_newest_kubernetes() -> None:
    assert [bool(one.kwok) for one in VERSIONS.kubernetes] == [
        one is VERSIONS.kubernetes[-1] for one in VERSIONS.kubernetes
    ]


def test_a_core_for_the_collection_alone_runs_nothing_of_the_runner() -> None:
    stack = Stack("one", BRIEF, "3.11", "2.16", "32", "1.37")

    def chosen(runner: bool) -> tuple[str, ...]:
        return selection.paths(stack, Core("2.16", ("3.11",), runner, "2025-05"))

    assert not any("e2e" in path for path in chosen(False))
    assert any("e2e" in path for path in chosen(True))


@pytest.mark.parametrize("path", sorted({*selection.ALL, *selection.OF_THE_RUNNER}))
def test_what_a_stack_runs_is_there(path: str) -> None:
    file, _, name = path.partition("::")

    assert (ROOT / file).exists()
    assert not name or f"def {name}(" in (ROOT / file).read_text("utf-8")


RESULTS = """<testsuites><testsuite>
<testcase classname="tests.integration.submit.test_hostile" name="a"/>
<testcase classname="tests.integration.submit.test_hostile" name="b"><failure/></testcase>
<testcase classname="tests.e2e.test_demo" name="a"/>
<testcase classname="tests.unit.test_wake" name="a"><skipped/></testcase>
</testsuite></testsuites>"""


def test_the_table_tells_what_ran_and_what_failed() -> None:
    stack = VERSIONS.stacks[0]
    parts = json.dumps(
        [
            {"patch": "templates", "applied": True, "needed": True},
            {"patch": "sources", "applied": False, "needed": True},
            {"patch": "arguments", "applied": False, "needed": False},
        ]
    )
    row = matrix.Row(stack, matrix.cells(ET.fromstring(RESULTS)))
    row.patches = matrix.applied(parts)
    text = io.StringIO()

    matrix.show([row], Console(file=text, width=200))

    line = next(line for line in text.getvalue().splitlines() if stack.name in line)
    cells = [cell.strip() for cell in line.strip("│").split("│")]
    found = dict(zip(matrix.COLUMNS, cells[5:], strict=False))
    assert found["hostile"] == "1 failed"
    assert found["demo"] == "1"
    assert found["unit"] == "0"
    assert found["chaos"] == matrix.NOT_RUN
    assert cells[-1] == "1 of 2 (not sources)"


@pytest.mark.parametrize(("optional", "exit_code"), [(True, 0), (False, 1)])
def test_a_stack_without_its_python_says_so_and_fails_unless_it_is_optional(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, optional: bool, exit_code: int
) -> None:
    stack = Stack("one", BRIEF, "3.14", "2.21", "37", "1.37", optional)

    def none(_stack: Stack) -> None:
        raise NoPythonError("no python3.14 runs here")

    monkeypatch.setattr("versions.__main__.RESULTS", tmp_path)
    monkeypatch.setattr("versions.environments.ensured", none)

    assert run(VERSIONS, stack) == exit_code
    assert matrix.read(stack, tmp_path).missing == "no python3.14 runs here"


def test_a_python_that_starts_nothing_is_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shim = tmp_path / "python3.13"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert pythons.found("3.13") is None
    assert pythons.found("3.12") is None
