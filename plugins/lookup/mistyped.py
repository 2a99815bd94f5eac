# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
name: mistyped
author: the sqs-k8s-jobs authors (@sqs-k8s)
short_description: Variables that are set and that nothing reads
version_added: 0.1.0
description:
  - Returns a line for each variable that begins with C(submit_) and that no role and no template
    names, with the nearest name that there is.
  - Of variables that begin with C(report_) or C(deploy_), as those of other roles may, only those
    count that are nearly the name of one.
options:
  _terms:
    description: Paths of templates, or of folders with them, which may name variables of their own.
    type: list
    elements: path
"""

EXAMPLES = r"""
- name: Stop at a mistyped variable
  ansible.builtin.fail:
    msg: "{{ query('sqs_k8s.jobs.mistyped', submit_template) | join(' ') }}"
  when: query('sqs_k8s.jobs.mistyped', submit_template) | length > 0
"""

RETURN = r"""
_raw:
  description: One line per variable.
  type: list
  elements: str
"""

from pathlib import Path
from typing import Any

from ansible.plugins.lookup import LookupBase

from ..plugin_utils.variable_names import known_names, mistyped

COLLECTION = Path(__file__).resolve().parents[2]


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: Any = None, **_kwargs: Any) -> list[str]:
        own = [COLLECTION / "roles", COLLECTION / "playbooks", *map(Path, terms)]
        return mistyped(variables or {}, known_names(own))
