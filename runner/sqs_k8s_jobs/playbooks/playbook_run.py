"""Running a playbook with ansible-runner, and reading the events that it left."""

from __future__ import annotations

import json
import os
import shlex
import sys
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, overload

import ansible_runner

from sqs_k8s_jobs import temp_dirs
from sqs_k8s_jobs.cluster import certificates, no_proxy
from sqs_k8s_jobs.fork_server.supervisor import Executables
from sqs_k8s_jobs.playbooks import failed_runs, leftovers
from sqs_k8s_jobs.playbooks.events import (
    Attempted,
    CallbackEvent,
    Dropped,
    Event,
    Failure,
    Line,
    Outcome,
    Postponed,
    Sources,
    Unprocessed,
    Unwritten,
)
from sqs_k8s_jobs.settings import Settings

EVENTS_FILE = "SQS_K8S_JOBS_EVENTS_FILE"
MESSAGES = "messages"  # in a run's folder
LONGEST = 70  # characters of a folder in which Ansible makes sockets; their paths may have 107
SHORT = "/tmp"  # in place of one that is longer
CHECKOUT_COLLECTIONS = Path(__file__).resolve().parents[3] / "collections"


@dataclass(frozen=True)
class RunConfig:
    """The operator's part of each run: a file of variables, and snapshots by their paths.

    And the executables of the fork servers that it is to use, if there are any.
    """

    variables_file: Path | None = None
    snapshots: dict[str, str] = field(default_factory=dict)
    executables: Executables | None = None


@dataclass(frozen=True)
class RunResult:
    """The result of a run of a playbook."""

    events: list[Event] = field(default_factory=list)
    error: str | None = None  # why it did not get to its end
    seconds: float = 0.0  # that it took
    ended_in: str | None = None  # the task in which it was cut short: it took too long, or
    is_killed: bool = False  # as by a kernel that is out of memory

    @overload
    def of_kind(self, kind: Literal["outcome"]) -> list[Outcome]: ...
    @overload
    def of_kind(self, kind: Literal["unprocessed"]) -> list[Unprocessed]: ...
    @overload
    def of_kind(self, kind: Literal["status"]) -> list[Attempted]: ...
    @overload
    def of_kind(self, kind: Literal["postponed"]) -> list[Postponed]: ...
    @overload
    def of_kind(self, kind: Literal["expired"]) -> list[CallbackEvent]: ...
    @overload
    def of_kind(self, kind: Literal["dropped"]) -> list[Dropped]: ...
    @overload
    def of_kind(self, kind: Literal["unwritten"]) -> list[Unwritten]: ...
    @overload
    def of_kind(self, kind: Literal["failure"]) -> list[Failure]: ...
    @overload
    def of_kind(self, kind: Literal["line"]) -> list[Line]: ...
    @overload
    def of_kind(self, kind: Literal["sources"]) -> list[Sources]: ...

    def of_kind(self, kind: str) -> Any:
        """Return the events of a kind, in order."""
        return [event for event in self.events if event["event"] == kind]


def run(
    playbook: str,
    settings: Settings,
    config: RunConfig,
    variables: dict[str, Any],
    files: dict[str, str] | None = None,
) -> RunResult:
    """Run a playbook to its end.

    The files are texts that the playbook reads: their folder is its variable message_dir.
    They are how message text gets there, since Ansible evaluates what extra vars hold.
    """
    folder: Path | None = None
    try:
        folder = temp_dirs.make(temp_dir(settings))
        _write(folder, files or {})
        return _run_in(folder, playbook, settings, config, variables)
    except OSError as exc:  # no room, or no right to it: the operator's to set right
        return RunResult(error=f"a run's files cannot be written: {exc}")
    finally:
        if folder:
            temp_dirs.remove(folder)


def _write(folder: Path, files: dict[str, str]) -> None:
    """Write the texts that a playbook reads."""
    (folder / MESSAGES).mkdir()
    for name, text in files.items():
        (folder / MESSAGES / name).write_bytes(text.encode("utf-8", "surrogatepass"))


def _run_in(
    folder: Path, playbook: str, settings: Settings, config: RunConfig, variables: dict[str, Any]
) -> RunResult:
    executables, events_file = config.executables, folder / "events.jsonl"
    result = ansible_runner.run(
        private_data_dir=str(folder),
        playbook=playbook,
        extravars={
            **variables,
            "submit_snapshots": config.snapshots,
            "message_dir": str(folder / MESSAGES),
        },
        envvars=_environment(
            settings, executables.folder if executables else str(folder), events_file
        ),
        binary=executables.playbook if executables else None,
        cmdline=_arguments(playbook, config),
        fact_cache_type="memory",  # of none, and in no folder of its own
        omit_event_data=True,
        event_handler=_keep_no_file,
        quiet=True,
        timeout=settings.run_timeout,
    )
    is_late = result.status == failed_runs.TIMED_OUT
    is_killed = not is_late and failed_runs.is_killed(result)
    if is_late or is_killed:  # modules wait for a silent API server for ever
        leftovers.end(EVENTS_FILE, str(events_file))
    done = RunResult(
        _read(events_file),
        ended_in=failed_runs.last_task(folder) if is_late or is_killed else None,
        is_killed=is_killed,
    )
    if result.rc == 0:
        return done
    reason = failed_runs.reason(done.of_kind("failure"), folder, result)
    return replace(done, error=certificates.explained(reason, settings))


def _keep_no_file(_event: Event) -> bool:
    """Tell ansible-runner not to write a file per event: they would hold whole manifests."""
    return False


def _arguments(playbook: str, config: RunConfig) -> str | None:
    """Return the arguments before a run's own variables; the operator's beat a fork server's."""
    arguments = []
    if config.executables:  # ansible-runner names the playbook to ansible-playbook itself alone
        arguments = [playbook, "-e", f"ansible_python_interpreter={config.executables.python}"]
    if config.variables_file:
        arguments += ["-e", f"@{config.variables_file.resolve()}"]
    return shlex.join(arguments) or None


def _environment(settings: Settings, folder: str, events: Path) -> dict[str, str]:
    environment = {
        **certificates.for_modules(settings),
        "ANSIBLE_CALLBACKS_ENABLED": "sqs_k8s.jobs.status",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_LOCAL_TEMP": f"{folder}/tmp",
        "ANSIBLE_NOCOLOR": "true",
        "ANSIBLE_PIPELINING": "true",
        # The ansible-playbook beside this very Python, whatever else there is.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        EVENTS_FILE: str(events),
    }
    path = settings.collections_path or os.environ.get("ANSIBLE_COLLECTIONS_PATH")
    if not path and CHECKOUT_COLLECTIONS.is_dir():
        path = str(CHECKOUT_COLLECTIONS)
    if path:
        environment["ANSIBLE_COLLECTIONS_PATH"] = path
    if settings.kubeconfig:
        environment["K8S_AUTH_KUBECONFIG"] = settings.kubeconfig
    if settings.context:
        environment["K8S_AUTH_CONTEXT"] = settings.context
    if len(tempfile.gettempdir()) > LONGEST:
        environment["TMPDIR"] = SHORT
    direct = no_proxy.listed()
    if direct:  # for the tasks of an operator's own playbook; the roles see to theirs
        environment["K8S_AUTH_NO_PROXY"] = direct
    return environment


def temp_dir(settings: Settings) -> str | None:
    """Return the folder in which runs have theirs; None for the system's own."""
    return temp_dirs.parent(settings.temp_dir)


def _read(file: Path) -> list[Event]:
    """Read the events; a last line that was cut off by a crash is no event."""
    found = []
    if file.exists():
        for line in file.read_text("utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
    return found
