"""The last task of a play that failed says why, of a loop as well."""

import pytest
from kit.paths import ROLES
from sqs_k8s_jobs.playbooks import playbook_run
from sqs_k8s_jobs.playbooks.playbook_run import RunConfig
from sqs_k8s_jobs.settings import Settings

PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - no_log: true
      block:
        - name: Create the Jobs
          ansible.builtin.fail:
            msg: cannot connect to {{ item }}
%s
      rescue:
        - name: Fail
          ansible.builtin.import_tasks: %s/report/tasks/fail.yml
"""
OF_A_LOOP = """
          loop: [one, two]
          when: item != 'one'
"""
ALONE = """
          vars: {item: two}
"""


@pytest.mark.parametrize("task", [OF_A_LOOP, ALONE])
def test_a_run_fails_with_the_reason_of_the_item_that_failed(tmp_path, task):
    book = tmp_path / "play.yml"
    book.write_text(PLAY % (task.strip("\n"), ROLES))

    done = playbook_run.run(str(book), Settings(), RunConfig(), {})

    assert done.error.endswith("Create the Jobs: cannot connect to two")
