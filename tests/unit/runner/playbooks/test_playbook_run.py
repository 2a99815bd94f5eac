"""Running a playbook: message text goes in as data, events come out, nothing is left behind."""

import os
import sys
import tempfile
from pathlib import Path

import pytest
from sqs_k8s_jobs.cluster import certificates
from sqs_k8s_jobs.playbooks import playbook_run
from sqs_k8s_jobs.playbooks.playbook_run import RunConfig, RunResult
from sqs_k8s_jobs.settings import Settings

PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
"""
# A task that gives texts back in outcomes' events.
ECHO = """
    - name: Say what there is
      ansible.builtin.set_fact:
        submit_events:
          - "{{ blank | combine({'key': 'message', 'id': text}) }}"
          - "{{ blank | combine({'key': 'variable', 'id': greeting | default('none')}) }}"
          - "{{ blank | combine({'key': 'environment', 'id': context}) }}"
          - "{{ blank | combine({'key': 'direct', 'id': direct}) }}"
          - "{{ blank | combine({'key': 'temporary', 'id': temporary}) }}"
      vars:
        text: "{{ lookup('ansible.builtin.file', message_dir ~ '/0000') }}"
        context: "{{ lookup('ansible.builtin.env', 'K8S_AUTH_CONTEXT') }}"
        direct: "{{ lookup('ansible.builtin.env', 'K8S_AUTH_NO_PROXY') }}"
        temporary: "{{ lookup('ansible.builtin.env', 'TMPDIR') }}"
        blank:
          {event: outcome, outcome: created, job: null, error: null, warnings: []}
"""
FAIL = """
    - name: Reach the cluster
      ansible.builtin.fail:
        msg: no route to host
"""
UNTRUSTED = """
    - name: Reach the cluster
      ansible.builtin.fail:
        msg: "SSLError('certificate verify failed: Missing Authority Key Identifier (_ssl.c:1020)')"
"""
NOTHING = RunConfig()


@pytest.fixture
def play(tmp_path, monkeypatch):
    """Run tasks with a message's text; return the run, and what it left in its folder."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    book, folder = tmp_path / "play.yml", tmp_path / "runs"
    folder.mkdir()

    def run(tasks, text="{}", inputs=NOTHING, **settings):
        book.write_text(PLAY + tasks)
        chosen = Settings(**{"temp_dir": str(folder), **settings})
        done = playbook_run.run(str(book), chosen, inputs, {}, {"0000": text})
        return done, list(folder.iterdir())

    return run


def said(done):
    """Return the echo task's results."""
    return {one["key"]: one["id"] for one in done.of_kind("outcome")}


def test_a_messages_text_arrives_as_it_is_and_nothing_is_left_behind(play, tmp_path):
    hostile = f"{{{{ lookup('pipe', 'touch {tmp_path}/ran') }}}} é\U0001f600"
    variables = tmp_path / "variables.yml"
    variables.write_text("greeting: hello\n")

    done, left = play(ECHO, hostile, RunConfig(variables), context="mine")

    assert done.error is None
    what = said(done)
    assert (what["message"], what["variable"], what["environment"]) == (hostile, "hello", "mine")
    assert not (tmp_path / "ran").exists()
    assert left == []


@pytest.mark.parametrize(
    ("environment", "direct"),
    [
        ({}, ""),
        ({"NO_PROXY": "10.0.0.1"}, "10.0.0.1"),
        ({"NO_PROXY": "10.0.0.1", "K8S_AUTH_NO_PROXY": "10.0.0.2"}, "10.0.0.2"),
    ],
)
def test_modules_reach_without_a_proxy_what_the_runner_does(play, monkeypatch, environment, direct):
    for name in ("NO_PROXY", "no_proxy", "K8S_AUTH_NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    done, _ = play(ECHO)

    assert said(done)["direct"] == direct


def test_a_temporary_folder_whose_path_is_too_long_for_a_socket_is_not_used(
    play, monkeypatch, tmp_path
):
    """From ansible-core 2.21 on, a run begins by listening there."""
    temporary = tmp_path / ("long" * 20)
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)

    done, _ = play(ECHO)

    assert done.error is None
    assert said(done)["temporary"] == "/tmp"


def test_a_task_that_failed_is_named_with_its_reason_and_what_happened_before_is_kept(play):
    done, left = play(ECHO + FAIL)

    assert done.error == "Reach the cluster: no route to host"
    assert said(done)["variable"] == "none"
    assert left == []


def test_a_task_that_could_not_verify_the_api_server_is_named_with_the_setting_that_allows_it(play):
    done, _ = play(UNTRUSTED)
    allowed, _ = play(UNTRUSTED, allow_nonstrict_certificates=True)

    assert done.error == f"{allowed.error}: {certificates.ADVICE}"
    assert "set allow_nonstrict_certificates" in done.error
    assert allowed.error.startswith("Reach the cluster: SSLError('certificate verify failed: Miss")


def test_a_playbook_that_cannot_be_read_says_what_ansible_says(play):
    done, left = play("    - such.a.module: {}\n")

    assert "such.a.module" in done.error
    assert done.events == []
    assert left == []


def test_events_are_found_by_their_kind_in_their_order():
    first, other, second = ({"event": kind} for kind in ("status", "outcome", "status"))

    run = RunResult([first, other, second])

    assert run.of_kind("status") == [first, second]
    assert run.of_kind("failure") == []


def test_an_event_that_was_cut_off_is_none(tmp_path):
    events = tmp_path / "events.jsonl"
    events.write_text('{"event": "status"}\n{"event": "outc')

    assert playbook_run._read(events) == [{"event": "status"}]


def test_without_an_events_file_there_are_no_events(tmp_path):
    assert playbook_run._read(tmp_path / "none") == []


def test_a_run_whose_files_cannot_be_written_is_an_error_in_words(play, small_disk):
    assert "No such file or directory" in play(ECHO, temp_dir="/nowhere")[0].error

    small_disk.fill()
    done, _ = play(ECHO, text="x" * 10000, temp_dir=str(small_disk.folder))
    assert "No space left on device" in done.error

    small_disk.clear()
    assert play(ECHO, temp_dir=str(small_disk.folder))[0].error is None
    assert list(small_disk.folder.iterdir()) == []
