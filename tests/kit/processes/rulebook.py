"""ansible-rulebook as a child process, with the rulebook that the collection has."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from cluster import Cluster
from sqs_k8s_jobs.fork_server.supervisor import ForkServers

from kit.builders.variables import OWN
from kit.paths import ROOT
from kit.servers.sqs import QueuePair
from kit.wait import until

BIN = Path(sys.executable).parent


class Rulebook:
    """One process with its queue, its database and its log; it may be killed and started again."""

    def __init__(self, cluster: Cluster, queue: QueuePair, folder: Path) -> None:
        self.queue = queue
        self._fork_servers = ForkServers(None)
        executables = self._fork_servers.executables()
        assert executables, "a folder for temporary files takes sockets"
        self.folder = folder
        self.log_file = folder / "rulebook.log"
        self.events_file = folder / "events.jsonl"
        self.environment = {
            **os.environ,
            **queue.environment,
            "PATH": os.pathsep.join([executables.folder, str(BIN), os.environ["PATH"]]),
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "SQS_K8S_JOBS_EVENTS_FILE": str(self.events_file),
            **cluster.for_modules,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._write_inventory(executables.python)
        self._write_variables()

    def start(self, **environment: str) -> None:
        """Start the rulebook; a message that is on the queue already is a message like others."""
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *("ansible-rulebook", "--rulebook", "sqs_k8s.jobs.messages"),
                    *("--source-dir", str(ROOT / "tests/kit/processes/event_source")),
                    *("--inventory", str(self.folder / "inventory.yml")),
                    *("--vars", str(self.folder / "variables.yml"), "--persistence-id", "jobs"),
                ],
                env={**self.environment, **environment},
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """Kill it, and the playbooks that it runs, as a machine that stops would."""
        assert self._process is not None
        for one in _halted(self._process.pid):
            _signal(one, signal.SIGKILL)
        self._process.wait(60)
        self._process = None

    def stop(self) -> None:
        """End it if it still runs, and the fork servers of its playbooks."""
        if self._process is not None:
            self.kill()
        self._fork_servers.stop()

    def outcomes_of(self, message_id: str) -> list[str]:
        """Return what became of a message, each time that it was submitted."""
        events = [json.loads(line) for line in self._events()]
        mine = [one for one in events if one["event"] == "outcome" and one["id"] == message_id]
        return [one["outcome"] for one in mine]

    def until_submitted(self, message_id: str, times: int = 1) -> None:
        """Wait until a message was submitted so many times."""
        until(
            lambda: self.is_alive() and len(self.outcomes_of(message_id)) >= times,
            f"{message_id} is submitted",
        )

    def is_alive(self) -> bool:
        """Tell that it runs; fail where it should and does not."""
        assert self._process is not None
        assert self._process.poll() is None, self.log()
        return True

    def log(self) -> str:
        """Return what it and its playbooks said."""
        return self.log_file.read_text("utf-8") if self.log_file.exists() else ""

    def _events(self) -> list[str]:
        return self.events_file.read_text("utf-8").splitlines() if self.events_file.exists() else []

    def _write_inventory(self, python: str) -> None:
        inventory: dict[str, Any] = yaml.safe_load(
            (ROOT / "extensions/eda/inventory.yml").read_text()
        )
        own = {**OWN, "ansible_python_interpreter": python}
        inventory["all"]["hosts"]["localhost"].update(own)
        (self.folder / "inventory.yml").write_text(yaml.safe_dump(inventory))

    def _write_variables(self) -> None:
        variables = {
            "queue_name": self.queue.url.rpartition("/")[2],
            # H2 keeps what it commits in memory for half a second otherwise.
            "drools_db_file_path": f"{self.folder / 'database'};WRITE_DELAY=0",
            "report_interval": 4,
        }
        (self.folder / "variables.yml").write_text(yaml.safe_dump(variables))


def _halted(pid: int) -> list[int]:
    """Halt a process and all below it, and return them: what is halted starts nothing more.

    A playbook that starts while others are killed would go on, and report the next test's Jobs.
    """
    halted: list[int] = []
    while new := [one for one in (pid, *_children(pid)) if one not in halted]:
        for one in new:
            _signal(one, signal.SIGSTOP)
        halted += new
    return halted


def _children(pid: int) -> list[int]:
    """Return the processes below a process, the lowest last."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    mine = [int(child) for one in lists for child in _read(one).split()]
    return [found for child in mine for found in (child, *_children(child))]


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # its thread has ended
        return ""


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
