"""Folders of runs: what a runner that was killed has left is removed by the next one."""

import fcntl
import os
import signal
import subprocess
import sys

import pytest
from kit.wait import until
from sqs_k8s_jobs import temp_dirs

MAKE = "from sqs_k8s_jobs import temp_dirs; import sys, time; print(temp_dirs.make(sys.argv[1]));"
WAIT = "sys.stdout.flush(); time.sleep(600)"
PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: Take long
      ansible.builtin.command: sleep 600
"""
RUN = """
import sys
from sqs_k8s_jobs.playbooks import playbook_run
from sqs_k8s_jobs.playbooks.playbook_run import RunConfig
from sqs_k8s_jobs.settings import Settings
playbook, settings = sys.argv[1], Settings(temp_dir=sys.argv[2])
playbook_run.run(playbook, settings, RunConfig(), {}, {"0000": "a message"})
"""


@pytest.fixture
def started():
    """Start a Python program in a session of its own, which is killed at the end."""
    programs = []

    def start(*words):
        program = subprocess.Popen(
            [sys.executable, "-c", *map(str, words)],
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        programs.append(program)
        return program

    yield start
    for program in programs:
        kill(program)


def kill(program):
    """Kill it with all that it started, as a container's end does."""
    if program.poll() is None:
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()


def test_a_folder_is_there_for_as_long_as_its_process_and_then_the_next_one_removes_it(
    started, tmp_path
):
    program = started(MAKE + WAIT, tmp_path)
    program.stdout.readline()

    assert temp_dirs.remove_left(str(tmp_path)) == 0
    assert len(list(tmp_path.iterdir())) == 1
    kill(program)
    assert temp_dirs.remove_left(str(tmp_path)) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_was_killed_with_its_runner_leaves_no_message_behind(started, tmp_path):
    book, runs = tmp_path / "play.yml", tmp_path / "runs"
    book.write_text(PLAY)
    runs.mkdir()
    runner = started(RUN, book, runs)
    until(lambda: list(runs.glob("*/artifacts/*/stdout")), "the play has begun")
    assert [path.read_text() for path in runs.glob("*/messages/0000")] == ["a message"]

    kill(runner)

    # What it was starting has a session of its own, and its lock until it is another program.
    until(lambda: temp_dirs.remove_left(str(runs)) == 1, "the next one removes its folder")
    assert list(runs.iterdir()) == []


def test_ones_own_folders_and_what_is_nobodys_are_left_alone(tmp_path):
    own = temp_dirs.make(str(tmp_path))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / temp_dirs.LOCK).touch()
    (tmp_path / f"{temp_dirs.PREFIX}link").symlink_to(elsewhere)
    (tmp_path / f"{temp_dirs.PREFIX}old").mkdir()
    before = set(tmp_path.iterdir())

    assert temp_dirs.remove_left(str(tmp_path)) == 0

    assert set(tmp_path.iterdir()) == before
    temp_dirs.remove(own)
    assert not own.exists()


def test_where_there_is_no_room_for_a_folder_none_is_left(tmp_path, monkeypatch):
    def no_room(*_words):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(temp_dirs.fcntl, "flock", no_room)

    with pytest.raises(OSError, match="No space left"):
        temp_dirs.make(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_another_runner_removes_before_it_is_locked_is_made_anew(
    monkeypatch, tmp_path
):
    lock, taken = fcntl.flock, []

    def too_late(file, kind):
        if not taken:
            taken.append(True)
            taken.append(temp_dirs.remove_left(str(tmp_path)))
        return lock(file, kind)

    monkeypatch.setattr(fcntl, "flock", too_late)
    folder = temp_dirs.make(str(tmp_path))

    assert taken == [True, 1]
    assert temp_dirs.remove_left(str(tmp_path)) == 0
    assert list(tmp_path.iterdir()) == [folder]
    temp_dirs.remove(folder)
