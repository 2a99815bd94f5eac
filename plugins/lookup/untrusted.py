# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
name: untrusted
author: the sqs-k8s-jobs authors (@sqs-k8s)
short_description: Read variables without evaluating them
version_added: 0.1.0
description:
  - Returns the raw values of variables, such as an id that somebody copied from a message.
  - Any other access to an extra variable evaluates its content as a template.
options:
  _terms:
    description: Names of variables.
    required: true
    type: list
    elements: str
  default:
    description: The value of a missing variable; without it, a missing variable is an error.
    type: raw
"""

EXAMPLES = r"""
- name: Show an id that holds braces
  ansible.builtin.debug:
    msg: "{{ lookup('sqs_k8s.jobs.untrusted', 'id') }}"
"""

RETURN = r"""
_raw:
  description: One value per variable, of whose texts none is evaluated.
  type: list
  elements: raw
"""

from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

from ..plugin_utils.untrusted import plain_data


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: Any = None, **kwargs: Any) -> list[Any]:
        self.set_options(var_options=variables, direct=kwargs)
        return [self._value(str(term), variables or {}) for term in terms]

    def _value(self, name: str, variables: Any) -> Any:
        if name in variables:
            try:
                return plain_data(variables[name])
            except ValueError as exc:
                raise AnsibleError(
                    "untrusted: the variable {0} is no JSON: {1}".format(name, exc)
                ) from exc
        default = self.get_option("default")
        if default is None:
            raise AnsibleError("untrusted: name it on the command line: -e {0}=…".format(name))
        return default
