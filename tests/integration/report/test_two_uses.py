"""A use of the role is told nothing by what an earlier one of the same play has read or done."""

import os

from kit.builders.objects import digest_of
from kit.cluster.denying_policy import DenyingPolicy
from kit.paths import ROOT

PLAY = """
- name: Four uses
  hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: Report a Job that cannot be written, and one that can
      ansible.builtin.include_role:
        name: sqs_k8s.jobs.report
      vars:
        report_digests: [FIRST, SECOND]

    - name: Report what nobody can read
      block:
        - name: Report
          ansible.builtin.include_role:
            name: sqs_k8s.jobs.report
            rolespec_validate: false
          vars:
            report_digests: 5
      rescue:
        - name: Go on
          ansible.builtin.debug:
            msg: nothing was read

    - name: Replay nothing
      ansible.builtin.include_role:
        name: sqs_k8s.jobs.report
        tasks_from: replay
      vars:
        report_replay_ids: [use-nobody]

    - name: Report nothing
      ansible.builtin.include_role:
        name: sqs_k8s.jobs.report
      vars:
        report_digests: [NOBODY]
"""


def test_a_use_repeats_no_event_of_an_earlier_one_and_acts_on_none_of_its_attempts(
    submit, message, playbook, receiver, cluster, namespace, jobs, elsewhere, tmp_path
):
    submit(message("use-first"), message("use-second", namespace=elsewhere.namespace))
    jobs.until_ended()
    elsewhere.until_ended()
    denying = DenyingPolicy(cluster, namespace)
    denying.start("UPDATE")
    play = PLAY
    for word in ("first", "second", "nobody"):
        play = play.replace(word.upper(), digest_of(f"use-{word}"))
    (tmp_path / "play.yml").write_text(play)

    try:
        done = playbook(os.path.relpath(tmp_path / "play.yml", ROOT / "playbooks"))
    finally:
        denying.stop()

    assert "nothing was read" in done.stdout
    assert done.stdout.count(" not written: ") == 1
    assert receiver.statuses_of("use-second") == [0, 1, 2]
