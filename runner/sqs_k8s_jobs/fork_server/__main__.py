"""``python -m sqs_k8s_jobs.fork_server``: which short cuts warm processes use on this installation.

It runs a small play in them, as the runner runs its own, and tells what their servers said. Nothing
of it touches a cluster or a queue. The exit code is 0 where runs can be warm, 1 where none can.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from sqs_k8s_jobs import log
from sqs_k8s_jobs.fork_server.ansible_patches.patch import State
from sqs_k8s_jobs.fork_server.supervisor import Warm
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
HEAD = ("program", "part", "of", "in use", "why not")
Known = list[tuple[str, State]]


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
        print(f"no run can be warm here: {error}", file=sys.stderr)
    return 1 if error else 0


def look() -> tuple[Known, str | None]:
    """Run a play on the fork servers; return their states, and why they cannot be used."""
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "play.yml"
        book.write_text(PLAY, "utf-8")
        warm = Warm(None)
        try:
            programs = warm.programs()
            done = playbook_run.run(str(book), Settings(), RunConfig(programs=programs), {})
        finally:
            warm.stop()
    refusal = warm.states.refusal() if programs else "warm processes cannot be started"
    return warm.states.all(), refusal or done.error


def table(known: Known) -> str:
    """Return the states as lines for a person."""
    rows = [HEAD, *((name, *_cells(state)) for name, state in known)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
        for row in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


def _cells(state: State) -> tuple[str, str, str, str]:
    answer = "yes" if state.in_use else "no" if state.needed else "not needed"
    return state.part, state.of, answer, state.why_not or ""


if __name__ == "__main__":
    sys.exit(main())
