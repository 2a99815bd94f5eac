"""Runs that end before their playbook does: it is said that they were killed, and where."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqs_k8s_jobs.playbooks import playbook_run
from sqs_k8s_jobs.playbooks.failed_runs import reason
from sqs_k8s_jobs.playbooks.playbook_run import RunConfig
from sqs_k8s_jobs.settings import Settings

PLAY = """
- name: Submit
  hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: Use up all memory
      ansible.builtin.debug:
        msg: "{{ lookup('ansible.builtin.pipe', 'kill -KILL $(ps -o ppid= -p $PPID)') }}"
"""
BEGUN = """
PLAY [Submit] ******************************************************************

TASK [Create the Jobs] *********************************************************
t-1: created
"""
FAILURE = {"event": "failure", "task": "Reach the cluster", "error": "no route"}


def ended(tmp_path, text, rc, events=()):
    """Why a run with this output ended so."""
    artifacts = tmp_path / "artifacts" / "1"
    artifacts.mkdir(parents=True)
    (artifacts / "stdout").write_text(text)
    return reason(events, tmp_path, SimpleNamespace(rc=rc, status="failed"))


@pytest.mark.parametrize("line", ["TASK [x]: 0 job started", "TASK [x: rejected - ] ***"])
def test_what_a_message_says_is_no_task(tmp_path, line):
    text = f"{BEGUN}{line}\n"

    assert ended(tmp_path, text, 137) == "it was killed by SIGKILL in TASK [Create the Jobs]"


def test_a_run_that_is_killed_says_so_and_in_which_task(tmp_path, monkeypatch, executables):
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    book, runs = tmp_path / "play.yml", tmp_path / "runs"
    book.write_text(PLAY)
    runs.mkdir()

    done = playbook_run.run(
        str(book), Settings(temp_dir=str(runs)), RunConfig(executables=executables), {}
    )

    assert done.error.startswith("it was killed by ")
    assert done.error.endswith(" in TASK [Use up all memory]")
    assert (done.ended_in, done.is_killed) == ("TASK [Use up all memory]", True)


@pytest.fixture(params=["cold", "fork_servers"])
def executables(request):
    """The programs by which a run is run."""
    return (
        request.getfixturevalue("fork_servers").executables()
        if request.param == "fork_servers"
        else None
    )


@pytest.mark.parametrize(
    ("rc", "words"),
    [
        (None, "it was killed by a signal in TASK [Create the Jobs]"),
        (137, "it was killed by SIGKILL in TASK [Create the Jobs]"),
        (143, "it was killed by SIGTERM in TASK [Create the Jobs]"),
        (1, "it ended with code 1 in TASK [Create the Jobs], and did not say why"),
    ],
)
def test_the_words_of_a_play_that_had_begun_are_no_reason(tmp_path, rc, words):
    assert ended(tmp_path, BEGUN, rc) == words


def test_a_run_that_was_killed_is_not_blamed_on_a_task_that_failed_before(tmp_path):
    words = ended(tmp_path, BEGUN, 137, [FAILURE])

    assert words == "it was killed by SIGKILL in TASK [Create the Jobs]"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BEGUN + "ERROR! no such module\n", "ERROR! no such module"),
        ("usage: ansible-playbook\nmore\n", "usage: ansible-playbook"),
        ("", "it ended with code 2 before its first task, and did not say why"),
    ],
)
def test_what_ansible_says_itself_is_the_reason(tmp_path, text, words):
    assert ended(tmp_path, text, 2) == words


def test_a_task_that_failed_is_the_reason_of_a_run_that_was_not_killed(tmp_path):
    assert ended(tmp_path, BEGUN, 2, [FAILURE]) == "Reach the cluster: no route"
