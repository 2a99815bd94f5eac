"""A play without a cluster, of each kind of thing that the roles' plays do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqs_k8s_jobs.fork_server.supervisor import Executables
from sqs_k8s_jobs.playbooks import playbook_run
from sqs_k8s_jobs.playbooks.playbook_run import RunConfig
from sqs_k8s_jobs.settings import Settings

PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  vars:
    words: "{{ plain }} and {{ list | join(' ') }}"
    plain: text
    list: [a, "{{ plain }}"]
  tasks:
    - name: Run a module
      ansible.builtin.command: "echo {{ words }}"
      changed_when: false
      register: told
    - name: Fail, and go on
      ansible.builtin.command: /nowhere/program
      ignore_errors: true
      register: failed
    - name: Run a module of a collection
      sqs_k8s.jobs.webhook:
        callbacks: []
      register: sent
    - name: Say what came of it
      ansible.builtin.set_fact:
        submit_events:
          - event: outcome
            key: "{{ told.stdout }}"
            id: "{{ failed.failed }} {{ failed.msg | default('') }}"
            outcome: created
            job: "{{ sent.answers }}"
            error: null
            warnings: []
"""


def run(folder: Path, executables: Executables | None = None) -> list[dict[str, Any]]:
    """Run it as the runner would, with fork servers or without; return its events."""
    book = folder / "play.yml"
    book.write_text(PLAY)
    done = playbook_run.run(str(book), Settings(), RunConfig(executables=executables), {})
    assert done.error is None, done.error
    return done.events
