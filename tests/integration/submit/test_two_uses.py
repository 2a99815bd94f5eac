"""A use of the role acts on nothing that an earlier one of the same play has read or done."""

import json
import os

from kit.paths import ROOT

PLAY = """
- name: Three uses
  hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: Submit a message
      ansible.builtin.include_role:
        name: sqs_k8s.jobs.submit
      vars:
        submit_message_files: ["{{ use.file }}"]
        submit_message_ids: "{{ {use.file | basename: use.sqs_id} }}"
      loop:
        - {file: FOLDER/bad.json, sqs_id: sqs-1}
        - {file: FOLDER/bad.json, sqs_id: sqs-2}
        - {file: FOLDER/good.json, sqs_id: sqs-3}
      loop_control:
        loop_var: use
"""


def test_a_use_has_the_outcomes_of_its_own_messages_alone(
    playbook, message, report, receiver, jobs, tmp_path
):
    for name, body in (
        ("bad", message("use-bad", backoffLimit=-1)),
        ("good", message("use-good")),
    ):
        (tmp_path / f"{name}.json").write_text(json.dumps(body))
    (tmp_path / "play.yml").write_text(PLAY.replace("FOLDER", str(tmp_path)))

    done = playbook(os.path.relpath(tmp_path / "play.yml", ROOT / "playbooks"))

    assert [done.stdout.count(f": {outcome}") for outcome in ("rejected", "created")] == [2, 1]
    assert len(jobs.all()) == 1
    report("use-bad")
    assert receiver.statuses_of("use-bad") == [99]
