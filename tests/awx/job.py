"""A job as AWX runs it: its files laid out, sent elsewhere by ansible-runner, and run there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2.sandbox import ImmutableSandboxedEnvironment
from kit.paths import ROOT
from kit.processes import ansible_core

from awx.controller import Controller

Thing = dict[str, Any]
RUNNER = ansible_core.program("ansible-runner")
IDENT = "1"  # the job's number


class _Untrusted(yaml.SafeDumper):
    """Marks every text, so that Ansible evaluates none."""


_Untrusted.add_representer(str, lambda dumper, text: dumper.represent_scalar("!unsafe", text))


@dataclass
class Ended:
    """The result of a job."""

    rc: int
    stdout: str
    events: list[Thing]


def checkout(folder: Path) -> Path:
    """Make the project: what git keeps, copied as AWX copies it, with links as links."""
    listed = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)
    return folder


def extra_variables(variables: Thing, trusted: Thing) -> str:
    """The file extravars: what a template has itself is trusted, and nothing else is."""
    own = {name: value for name, value in variables.items() if trusted.get(name) == value}
    others = {name: value for name, value in variables.items() if name not in own}
    dumped = [(own, yaml.SafeDumper), (others, _Untrusted)]
    return "".join(yaml.dump(some, Dumper=dumper) for some, dumper in dumped if some)


def lay_out(folder: Path, controller: Controller, name: str, answers: Thing) -> str:
    """Lay out a job of a template, with answers to its survey; return its playbook."""
    template = controller.one("job_templates", name)
    own = json.loads(template["extra_vars"])
    asked = {one["variable"] for one in template["survey_spec"].get("spec", [])}
    given = {key: value for key, value in answers.items() if key in asked}
    meta = {"awx_job_id": 1, "awx_user_name": "admin", "awx_job_template_name": name}
    checkout(folder / "project")
    (folder / "env").mkdir()
    (folder / "env" / "extravars").write_text(extra_variables({**own, **given, **meta}, own))
    (folder / "env" / "cmdline").write_text("-u root")
    environment = {"ANSIBLE_RETRY_FILES_ENABLED": "False", "JOB_ID": IDENT}
    for number in template["credentials"]:
        environment |= _injected(folder, controller, number)
    (folder / "env" / "envvars").write_text(yaml.safe_dump(environment))
    _write_inventory(folder / "inventory", controller, template["inventory"])
    return str(template["playbook"])


def run(folder: Path, playbook: str) -> Ended:
    """Run it: transmitted, worked on in another folder, and what came of it processed here."""
    there = folder.with_name(f"{folder.name}-there")
    there.mkdir()
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "HOME": str(there)}
    for name in [name for name in environment if name.startswith(("K8S_AUTH_", "ANSIBLE_"))]:
        del environment[name]
    send = [RUNNER, "transmit", str(folder), "--playbook", playbook, "--ident", IDENT]
    work = [RUNNER, "worker", "--private-data-dir", str(there)]
    process = [RUNNER, "process", "--ident", IDENT, str(folder)]
    with (
        subprocess.Popen(send, stdout=subprocess.PIPE) as sent,
        subprocess.Popen(
            work, stdin=sent.stdout, stdout=subprocess.PIPE, cwd=there, env=environment
        ) as worked,
    ):
        subprocess.run(process, stdin=worked.stdout, capture_output=True, check=False)
    artifacts = folder / "artifacts" / IDENT
    events = [json.loads(one.read_text()) for one in (artifacts / "job_events").glob("*.json")]
    rc = int((artifacts / "rc").read_text())
    return Ended(rc, (artifacts / "stdout").read_text(), events)


def _injected(folder: Path, controller: Controller, number: int) -> dict[str, str]:
    """The environment that a credential gives a job; its file is written."""
    credential = controller.objects.numbered("credentials", number)
    type_of = controller.objects.numbered("credential_types", credential["credential_type"])
    values = dict(credential["inputs"])
    sandbox = ImmutableSandboxedEnvironment()
    there = folder.with_name(f"{folder.name}-there")
    for text in type_of["injectors"]["file"].values():
        (folder / "env" / f"file{number}").write_text(sandbox.from_string(text).render(values))
        values["tower"] = {"filename": str(there / "env" / f"file{number}")}
    wanted = type_of["injectors"]["env"]
    return {name: sandbox.from_string(text).render(values) for name, text in wanted.items()}


def _write_inventory(folder: Path, controller: Controller, number: int) -> None:
    """Write the script that AWX writes, which prints its hosts."""
    hosts = controller.objects.find("hosts", {"inventory": str(number)})
    variables = {one["name"]: json.loads(one["variables"]) for one in hosts}
    found = {"all": {"hosts": list(variables)}, "_meta": {"hostvars": variables}}
    folder.mkdir()
    script = folder / "hosts"
    script.write_text(f"#! /usr/bin/env python3\nprint({json.dumps(found)!r})\n")
    script.chmod(0o700)
