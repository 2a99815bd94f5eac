# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
name: rules_digest
author: the sqs-k8s-jobs authors (@sqs-k8s)
short_description: Digest of the rules for messages
version_added: 0.1.0
description:
  - Returns a digest of the schemas, the policy, the site and the templates, and of the variables
    that these templates name. It changes as soon as any of them changes.
options:
  _terms:
    description: Paths of the JSON Schemas that a message must satisfy.
    type: list
    elements: path
  template:
    description: Path of the template, or of a folder of templates.
    required: true
    type: path
  include_from:
    description: Folders in which a template finds its includes, after its own.
    type: list
    elements: path
    default: []
  examples:
    description:
      - Paths of the probe and the golden cases, whose Jobs define the allowed fields.
    type: list
    elements: path
    default: []
  policy:
    description: The policy, as for the lookup P(sqs_k8s.jobs.manifests#lookup).
    required: true
    type: dict
  site:
    description: Additions to every Job, as for the lookup P(sqs_k8s.jobs.manifests#lookup).
    required: true
    type: dict
"""

EXAMPLES = r"""
- name: Show the digest of the rules
  ansible.builtin.debug:
    msg: >-
      {{ lookup('sqs_k8s.jobs.rules_digest', 'message.schema.json',
                template='/etc/jobs/job.yaml.j2', policy=submit_policy, site=submit_site) }}
"""

RETURN = r"""
_raw:
  description: The digest.
  type: list
  elements: str
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from ansible.plugins.lookup import LookupBase
from jinja2 import Environment, TemplateError, meta

# Names in templates that the operator does not set: the message's, and Ansible's of each run.
NOT_THE_OPERATORS = {"message", "job", "job_name", "job_id_digest", "job_id_is_label", "omit"}


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: Any = None, **kwargs: Any) -> list[str]:
        self.set_options(var_options=variables, direct=kwargs)
        templates = _templates(self.get_option("template"), self.get_option("include_from"))
        names = set().union(*map(_names, templates.values())) - NOT_THE_OPERATORS
        given = variables or {}
        judging = {
            "schemas": [_text(Path(path)) for path in terms],
            "templates": templates,
            "examples": [_example(Path(path)) for path in self.get_option("examples")],
            "policy": self.get_option("policy"),
            "site": self.get_option("site"),
            "variables": {name: given[name] for name in sorted(names) if name in given},
        }
        plain = json.loads(json.dumps(judging, skipkeys=True, default=str))  # keys of one type
        text = json.dumps(plain, sort_keys=True)
        return [hashlib.sha256(text.encode("utf-8")).hexdigest()]


def _templates(path: str, include_from: list[str]) -> dict[str, str]:
    """Return the texts of a template, or of a folder's, and of those that they may include."""
    own = Path(path)
    folders = [own if own.is_dir() else own.parent, *map(Path, include_from)]
    found = [one for folder in reversed(folders) for one in sorted(folder.glob("*.j2"))]
    return {one.name: _text(one) for one in [*found, *([] if own.is_dir() else [own])]}


def _example(path: Path) -> list[str]:
    """Return a message's text, and what becomes of it; where both are is of no meaning."""
    return [_text(path), _text(path.with_suffix(".yaml"))]


def _text(path: Path) -> str:
    """Return a file's text; an unreadable file is an error of its later use."""
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return ""


def _names(text: str) -> set[str]:
    """Return the variables that a template names; none if it cannot be parsed."""
    try:
        return meta.find_undeclared_variables(Environment().parse(text))
    except TemplateError:
        return set()
