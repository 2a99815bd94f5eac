"""``python -m sqs_k8s_jobs.fork_server``: which patches fork servers use on this installation.

It runs a small play in them, as the runner runs its own, and tells what their servers said. Nothing
of it touches a cluster or a queue. The exit code is 0
where runs can use fork servers, 1 where they cannot.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from sqs_k8s_jobs.fork_server.ansible_patches.patch import PatchState
from sqs_k8s_jobs.fork_server.supervisor import ForkServers
from sqs_k8s_jobs.observability import log
from sqs_k8s_jobs.playbooks import playbook_run
from sqs_k8s_jobs.playbooks.playbook_run import RunConfig
from sqs_k8s_jobs.settings import Settings

PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: Run a module
      ansible.builtin.ping:
"""
HEAD = ("program", "patch", "library", "applied", "reason")
Known = list[tuple[str, PatchState]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table, or JSON."""
    parser = argparse.ArgumentParser(prog="python -m sqs_k8s_jobs.fork_server", description=__doc__)
    parser.add_argument("--json", action="store_true", help="for programs: a list of objects")
    parsed = parser.parse_args(arguments)
    log.start("text")
    known, error = look()
    if parsed.json:
        print(json.dumps([{"program": name, **asdict(state)} for name, state in known], indent=2))
    else:
        print(table(known))
    if error:
        print(f"no run can use a fork server here: {error}", file=sys.stderr)
    return 1 if error else 0


def look() -> tuple[Known, str | None]:
    """Run a play on the fork servers; return their states, and why they cannot be used."""
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "play.yml"
        book.write_text(PLAY, "utf-8")
        fork_servers = ForkServers(None)
        try:
            executables = fork_servers.executables()
            done = playbook_run.run(str(book), Settings(), RunConfig(executables=executables), {})
        finally:
            fork_servers.stop()
    unusable_reason = (
        fork_servers.states.unusable_reason() if executables else "fork servers cannot be started"
    )
    return fork_servers.states.all(), unusable_reason or done.error


def table(known: Known) -> str:
    """Return the states as lines for a person."""
    rows = [HEAD, *((name, *_cells(state)) for name, state in known)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def _cells(state: PatchState) -> tuple[str, str, str, str]:
    answer = "yes" if state.applied else "no" if state.needed else "not needed"
    return state.patch, state.library, answer, state.reason or ""


if __name__ == "__main__":
    sys.exit(main())
