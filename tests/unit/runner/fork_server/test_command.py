"""``python -m sqs_k8s_jobs.fork_server``: which patches are applied, for people and programs."""

import json
import os
import subprocess
import sys

import pytest
from kit.processes.changed_library import path_with
from sqs_k8s_jobs.fork_server.__main__ import table
from sqs_k8s_jobs.fork_server.ansible_patches.patch import PatchState
from sqs_k8s_jobs.fork_server.states import States

TEMPLATES = PatchState("compiled templates", "Jinja2 3.1.6", True)
SOURCES = PatchState("compiled sources", "Python 3.20.0", False, reason="zipimport.x is not there")
ARGUMENTS = PatchState("left out arguments", "a 1", False, needed=False, reason="it is so already")
FORKS = PatchState(
    "forked programs", "Python 3.20.0", False, required=True, reason="there are threads"
)


def command(*words, **environment):
    return subprocess.run(
        [sys.executable, "-m", "sqs_k8s_jobs.fork_server", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def line(state):
    """Return a server's state line."""
    return json.dumps(vars(state)).encode()


@pytest.fixture
def states():
    return States()


def test_a_table_says_what_is_applied_and_why_not():
    known = [("ansible-playbook", TEMPLATES), ("module-python", SOURCES), ("b", ARGUMENTS)]

    assert table(known).splitlines() == [
        "program           patch               library        applied     reason",
        "ansible-playbook  compiled templates  Jinja2 3.1.6   yes",
        "module-python     compiled sources    Python 3.20.0  no          zipimport.x is not there",
        "b                 left out arguments  a 1            not needed  it is so already",
    ]


def test_on_this_installation_all_are_applied_that_are_needed():
    done = command("--json")

    found = json.loads(done.stdout)
    assert [one for one in found if one["needed"] and not one["applied"]] == []
    assert {one["program"] for one in found} == {"ansible-playbook", "module-python"}
    assert {"patch", "library", "reason", "required"} < set(found[0])
    assert (done.returncode, done.stderr) == (0, "")


def test_where_no_run_can_use_a_fork_server_it_says_why_and_fails(tmp_path):
    done = command(PYTHONPATH=path_with(tmp_path, "atexit", "del module._clear"))

    assert "atexit._clear is not there" in done.stdout
    assert done.stderr.startswith("no run can use a fork server here: forked programs of Python 3.")
    assert done.returncode == 1


def test_what_is_left_out_is_logged_once_and_what_is_not_needed_never(states, logged):
    for _ in range(2):
        states.read("a", [line(one) for one in (TEMPLATES, SOURCES, ARGUMENTS, FORKS)])

    (record,) = logged.records("patch skipped")
    assert record["patch"] == "compiled sources"
    assert record["library"] == "Python 3.20.0"
    assert record["error"] == "zipimport.x is not there"


def test_what_a_library_prints_in_between_is_passed_over(states):
    states.read("a", [b"hello\n", b"[]\n", b'{"patch": 1}\n', b"\xff\n", line(TEMPLATES)])

    assert states.all() == [("a", TEMPLATES)]


def test_what_one_program_cannot_do_without_counts_though_another_one_has_it(states):
    states.read("a", [line(FORKS)])
    states.read("b", [line(PatchState("forked programs", "Python 3.20.0", True, required=True))])

    assert states.unusable_reason() == "forked programs of Python 3.20.0: there are threads"
