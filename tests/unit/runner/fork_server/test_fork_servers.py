"""Fork servers: to Ansible the program that they stand for, and never worse than none."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from kit.wait import until
from sqs_k8s_jobs.fork_server.supervisor import ForkServers
from sqs_k8s_jobs.playbooks import playbook_run
from sqs_k8s_jobs.playbooks.playbook_run import RunConfig
from sqs_k8s_jobs.settings import Settings

TELLS = """
import json, os, sys
print(json.dumps([sys.argv[1:], os.getcwd(), os.environ.get("GREETING"), os.getppid()]))
print("words", file=sys.stderr)
sys.exit(3)
"""
WAITS = "import time; print('here', flush=True); time.sleep(600)"
PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: Run a module
      ansible.builtin.command: "{{ program }} -c 'import os; print(os.getppid())'"
      changed_when: false
      register: told
    - name: Say which process ran it
      ansible.builtin.set_fact:
        submit_events: [{event: outcome, key: parent, id: "{{ told.stdout }}", outcome: created, job: null, error: null, warnings: []}]
"""  # noqa: E501


@pytest.fixture
def place():
    """A folder with a path that is short enough for a socket in it."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture
def fork_servers(place):
    """Fork servers of this test's own."""
    started = ForkServers(str(place))
    yield started
    started.stop()


def run(program, text, *arguments, folder=None, **environment):
    """Run a text in what stands for Python, as Ansible does."""
    return subprocess.run(
        [program, *arguments],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, **environment},
    )


def test_a_program_has_its_clients_words_folder_environment_streams_and_exit_code(
    fork_servers, tmp_path
):
    done = run(
        fork_servers.executables().python, TELLS, "a", "b c", folder=tmp_path, GREETING="héllo"
    )

    words, folder, greeting, _parent = json.loads(done.stdout)
    assert (words, folder, greeting) == (["a", "b c"], str(tmp_path), "héllo")
    assert (done.stderr, done.returncode) == ("words\n", 3)


def test_programs_are_forked_from_one_process_that_stays(fork_servers):
    program = fork_servers.executables().python

    parents = {json.loads(run(program, TELLS).stdout)[3] for _ in range(2)}

    assert len(parents) == 1
    assert os.getpid() not in parents


def test_a_program_sees_nothing_of_those_before_it(fork_servers):
    program = fork_servers.executables().python
    run(program, "import os, sys; os.environ['A'] = 'b'; sys.modules['json'].LEFT = 1")

    done = run(program, "import json, os; print(os.environ.get('A'), hasattr(json, 'LEFT'))")

    assert done.stdout == "None False\n"


def test_what_a_program_raises_is_its_own_last_word(fork_servers):
    done = run(fork_servers.executables().python, "raise ValueError('no such thing')")

    assert done.returncode == 1
    assert "ValueError: no such thing" in done.stderr


def test_a_program_ends_with_its_client(fork_servers):
    client = subprocess.Popen(
        [fork_servers.executables().python],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    client.stdin.write("import os; print(os.getpid(), flush=True); " + WAITS)
    client.stdin.close()
    pid = int(client.stdout.readline())

    client.kill()
    client.wait()

    until(lambda: not Path(f"/proc/{pid}").exists(), "the program has ended")


def test_another_environment_gets_the_program_itself_and_says_so(fork_servers):
    program = fork_servers.executables().python
    first = json.loads(run(program, TELLS).stdout)[3]

    done = run(program, TELLS, PYTHONHASHSEED="1")

    assert json.loads(done.stdout)[3] == os.getpid() != first
    assert "no fork server (it was started for another environment)" in done.stderr
    assert done.returncode == 3


def test_a_server_that_cannot_import_leaves_it_to_the_program_itself(fork_servers, logged):
    executables = fork_servers.executables()

    done = run(executables.playbook, "", "--version", ANSIBLE_FORKS="many")

    assert "no fork server (" in done.stderr
    assert "many" in done.stderr.split("no fork server (")[1]
    assert done.returncode == 5
    until(lambda: fork_servers.executables() is None, "it is seen")
    assert logged.records("fork server disabled")


def test_without_a_server_the_program_itself_runs_and_says_so(fork_servers):
    program = fork_servers.executables().python
    Path(f"{program}.socket").unlink()

    done = run(program, TELLS)

    assert json.loads(done.stdout)[3] == os.getpid()
    assert "no fork server (" in done.stderr


def test_where_one_has_ended_runs_go_on_without_and_the_log_says_so(fork_servers, logged):
    executables = fork_servers.executables()
    parent = json.loads(run(executables.python, TELLS).stdout)[3]

    os.kill(parent, signal.SIGKILL)
    until(lambda: run(executables.python, "").returncode == 0, "the program itself runs")

    until(lambda: fork_servers.executables() is None, "it is seen")
    assert logged.records("fork server disabled")
    assert not Path(executables.folder).exists()


def test_they_end_with_the_runner_whatever_ends_it(place):
    text = f"""
import sys, time
from sqs_k8s_jobs.fork_server.supervisor import ForkServers
fork_servers = ForkServers({str(place)!r})
fork_servers.executables()
print(*[one.pid for one in fork_servers._servers], flush=True)
time.sleep(600)
"""
    runner = subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE, text=True)
    pids = runner.stdout.readline().split()

    runner.kill()
    runner.wait()

    assert len(pids) == 2
    for pid in pids:
        until(lambda pid=pid: not Path(f"/proc/{pid}").exists(), "a fork server has ended")


def test_stopped_they_leave_nothing(fork_servers, place):
    run(fork_servers.executables().python, TELLS)

    fork_servers.stop()

    assert list(place.iterdir()) == []


def test_a_folder_that_is_too_far_down_for_a_socket_is_no_hindrance(tmp_path):
    far = tmp_path / ("far" * 20) / "down"
    far.mkdir(parents=True)
    fork_servers = ForkServers(str(far))

    executables = fork_servers.executables()
    fork_servers.stop()

    assert executables
    assert not executables.folder.startswith(str(far))


def test_where_they_cannot_be_started_runs_go_on_without_and_the_log_says_so(logged):
    assert ForkServers("/nowhere").executables() is None

    (said,) = logged.records("fork server disabled")
    assert "/nowhere" in said["error"]


def test_a_playbook_is_forked_and_its_modules_too(fork_servers, tmp_path):
    book, settings = tmp_path / "play.yml", Settings(temp_dir=str(tmp_path))
    book.write_text(PLAY)
    variables = {"program": sys.executable}

    cold = playbook_run.run(str(book), settings, RunConfig(), variables)
    hot = [
        playbook_run.run(
            str(book), settings, RunConfig(executables=fork_servers.executables()), variables
        )
        for _ in range(2)
    ]

    assert [one.error for one in (cold, *hot)] == [None] * 3
    assert all(one.of_kind("outcome") for one in (cold, *hot))


def test_a_task_that_fails_is_said_as_without(fork_servers, tmp_path):
    book, settings = tmp_path / "play.yml", Settings(temp_dir=str(tmp_path))
    book.write_text(PLAY)
    variables = {"program": "/nowhere/python"}

    inputs = (RunConfig(), RunConfig(executables=fork_servers.executables()))
    cold, hot = [playbook_run.run(str(book), settings, one, variables).error for one in inputs]

    assert cold == hot
    assert "Run a module: " in hot
