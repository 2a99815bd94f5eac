# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
name: manifests
author: the sqs-k8s-jobs authors
short_description: Render the Job manifests of many messages with one template
version_added: 0.1.0
description:
  - Renders a Jinja2 template once per message and reads each result as one C(batch/v1) Job.
  - The template sees C(message) (the whole message), C(job) (its part C(job)), C(job_name)
    and every Ansible variable. Message text stays text, whatever braces it holds.
  - The label, annotations and name by which a Job is found again are written onto the
    manifest afterwards, so a template can neither forget nor change them.
options:
  _terms:
    description: Entries as the lookup P(sqs_k8s.jobs.messages#lookup) returns them, valid ones.
    required: true
    type: list
    elements: dict
  template:
    description: Path of the template.
    required: true
    type: path
  probe:
    description:
      - Path of a message that the template must render.
      - Where none of the messages could be rendered, and this one neither, it is the template
        that is broken, and the lookup fails. Otherwise each message has an error of its own.
    required: true
    type: path
  policy:
    description:
      - What a message's Job may be, as the role P(sqs_k8s.jobs.submit#role) composes it from its
        variables C(submit_policy_*), each without this prefix. All of them must be there.
      - A message that it refuses has an error of its own. Where the template breaks it for
        every message, the lookup fails, and so it does where the policy itself is wrong.
    required: true
    type: dict
"""

EXAMPLES = r"""
- name: Render the Jobs
  ansible.builtin.set_fact:
    submit_rendered: >-
      {{ query('sqs_k8s.jobs.manifests', *messages, template='/etc/jobs/job.yaml.j2',
               probe='/etc/jobs/probe.json', policy=submit_policy) }}
"""

RETURN = r"""
_raw:
  description: One entry per message.
  type: list
  elements: dict
  contains:
    id_label:
      description: The digest of the message's id.
      type: str
    namespace:
      description: The Job's namespace.
      type: str
    name:
      description: The Job's name.
      type: str
    manifest:
      description: The Job's manifest, null where it could not be rendered or is forbidden.
      type: dict
    error:
      description: Error code and words, null where it was rendered.
      type: dict
"""

import json
import os
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

from ..module_utils import error_codes, manifest
from ..module_utils.naming import NAME_DIGITS, id_digest, id_label, is_label_value, job_name
from ..module_utils.policy import policy
from ..module_utils.policy.rules import InvalidPolicy, Policy
from ..module_utils.words import printable
from ..plugin_utils.untrusted import as_data, trust_as_template


class LookupModule(LookupBase):
    def run(self, terms: list[dict[str, Any]], variables: Any = None, **kwargs: Any) -> list[Any]:
        self.set_options(var_options=variables, direct=kwargs)
        path = self.get_option("template")
        try:
            rules = Policy(self.get_option("policy"))
            text = trust_as_template(Path(path).read_text("utf-8"))
        except InvalidPolicy as exc:
            raise AnsibleError("manifests: no usable policy: {0}".format(exc)) from exc
        except (OSError, ValueError) as exc:
            raise AnsibleError("manifests: no usable template {0}: {1}".format(path, exc)) from exc
        found = [self._render(text, path, entry, variables or {}, rules) for entry in terms]
        if found and all(one["error"] for one in found):
            self._check_template(text, path, variables or {}, rules)
        return found

    def _check_template(self, text: str, path: str, variables: Any, rules: Policy) -> None:
        probe = _probe(self.get_option("probe"))
        try:
            policy.check_template(self._manifest(text, path, probe, variables), rules)
        except (manifest.InvalidManifest, policy.Forbidden) as exc:
            raise AnsibleError(
                "manifests: the template {0} fails for every message: {1}".format(path, exc)
            ) from exc

    def _render(
        self, text: str, path: str, entry: dict[str, Any], variables: Any, rules: Policy
    ) -> dict[str, Any]:
        message = entry["message"]
        one = {
            "id_label": entry["id_label"],
            "body_sha256": entry["body_sha256"],
            "namespace": message["job"]["namespace"],
            "name": _name(entry),
            "manifest": None,
            "error": None,
        }
        own_rules = rules.of_service(message["service"])
        try:
            policy.check_message(message, own_rules)
            rendered = self._manifest(text, path, entry, variables)
            policy.check_job(rendered, own_rules)
            one["manifest"] = manifest.stamp(rendered, entry)
        except manifest.InvalidManifest as exc:
            one["error"] = error_codes.error(error_codes.TEMPLATE_ERROR, printable(str(exc)))
        except policy.Forbidden as exc:
            one["error"] = error_codes.error(error_codes.FORBIDDEN, printable(str(exc)))
        return one

    def _manifest(
        self, text: str, path: str, entry: dict[str, Any], variables: Any
    ) -> dict[str, Any]:
        name = _name(entry)
        rendered = manifest.parse(self._text(text, path, entry, name, variables))
        manifest.check(rendered, name, entry["message"]["job"]["namespace"])
        return rendered

    def _text(self, text: str, path: str, entry: dict[str, Any], name: str, variables: Any) -> str:
        own = {
            "message": entry["message"],
            "job": entry["message"]["job"],
            "job_name": name,
            "job_id_digest": id_digest(entry["id"]),
            "job_id_is_label": is_label_value(entry["id"]),
        }
        templar = self._templar.copy_with_new_env(
            searchpath=[os.path.dirname(path)], available_variables={**variables, **as_data(own)}
        )
        try:
            return str(templar.template(text))
        except AnsibleError as exc:
            raise manifest.InvalidManifest(
                "the template {0} failed: {1}".format(os.path.basename(path), exc)
            ) from exc


def _name(entry: dict[str, Any]) -> str:
    return job_name(entry["message"]["job"]["prefixName"], entry["id"], entry["name_digits"])


def _probe(path: str) -> dict[str, Any]:
    """Read the message that every template must render; it is the operator's, not a sender's."""
    try:
        text = Path(path).read_text("utf-8")
        message = json.loads(text)
        return {
            "id": message["id"],
            "id_label": id_label(message["id"]),
            "webhook": None,
            "service": None,
            "message": message,
            "name_digits": NAME_DIGITS,
            "body_sha256": "",
        }
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise AnsibleError("manifests: no usable probe {0}: {1}".format(path, exc)) from exc
