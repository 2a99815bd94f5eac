"""Runs that would never end: the modules of kubernetes.core wait for a silent server for ever."""

import subprocess
import sys
import time

import pytest
from kit.servers import api_server
from kit.wait import until
from sqs_k8s_jobs.playbooks import leftovers, playbook_run
from sqs_k8s_jobs.playbooks.playbook_run import RunConfig
from sqs_k8s_jobs.settings import Settings

PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: Look for Pods
      kubernetes.core.k8s_info:
        api_version: v1
        kind: Pod
"""


@pytest.mark.parametrize("is_forked", [False, True], ids=["cold", "forked"])
def test_a_run_against_a_silent_api_server_is_ended_with_all_its_processes(
    endpoint, fork_servers, tmp_path, is_forked
):
    endpoint.answer = lambda handler: endpoint.released.wait() and handler.send_error(503)
    book, runs = tmp_path / "play.yml", tmp_path / "runs"
    book.write_text(PLAY)
    runs.mkdir()
    kubeconfig = api_server.kubeconfig(tmp_path / "kubeconfig", endpoint.url, None)
    settings = Settings(
        kubeconfig=str(kubeconfig),
        context=api_server.CONTEXT,
        temp_dir=str(runs),
        run_timeout=20,
    )
    began = time.monotonic()

    done = playbook_run.run(
        str(book),
        settings,
        RunConfig(executables=fork_servers.executables() if is_forked else None),
        {},
    )

    assert len(endpoint.requests) == 1
    assert time.monotonic() - began >= settings.run_timeout
    assert done.error == "it took longer than run_timeout, and was ended in TASK [Look for Pods]"
    assert list(runs.iterdir()) == []
    until(lambda: processes_in(tmp_path) == [], "none of its processes is there")


def processes_in(folder):
    """The processes whose command line names the folder."""
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in listed.stdout.splitlines() if f"{folder}/" in line]


def test_processes_are_ended_by_what_they_were_started_with_and_no_others(monkeypatch):
    waiting = [sys.executable, "-c", "import time; print(flush=True); time.sleep(600)"]
    started = [
        subprocess.Popen(waiting, env={"OF_A_RUN": value}, stdout=subprocess.PIPE)
        for value in ("/runs/one", "/runs/one/more")
    ]
    for one in started:
        one.stdout.readline()

    assert leftovers.end("OF_A_RUN", "/runs/one") == 1

    assert started[0].wait() < 0
    assert started[1].poll() is None
    started[1].kill()
    started[1].wait()
    monkeypatch.setattr(leftovers, "PROCESSES", leftovers.PROCESSES / "none")
    assert leftovers.end("OF_A_RUN", "/runs/one") == 0
