# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)

from __future__ import annotations

DOCUMENTATION = r"""
name: manifests
author: the sqs-k8s-jobs authors (@sqs-k8s)
short_description: Render the Job manifests of many messages
version_added: 0.1.0
description:
  - Renders a Jinja2 template once per message and reads each result as one C(batch/v1) Job.
  - The template sees C(message) (the whole message), C(job) (its part C(job)), C(job_name),
    C(site) and every Ansible variable. Message text stays text, whatever braces it holds.
  - The label, annotations and name that identify a Job are added to the
    manifest afterwards, so a template can neither omit nor change them.
options:
  _terms:
    description: Valid entries of the lookup P(sqs_k8s.jobs.messages#lookup).
    required: true
    type: list
    elements: dict
  template:
    description:
      - Path of the template, or of a folder in which a service has its template
        C(SERVICE.yaml.j2) and all others have C(default.yaml.j2).
      - A message whose service has none there has an error of its own.
    required: true
    type: path
  include_from:
    description: Folders in which a template finds its includes, after its own.
    type: list
    elements: path
    default: []
  probe:
    description:
      - Path of a message that the template must render.
      - A template that can render neither any of its messages nor this one is
        broken. Its messages then have a fault, and where there are no others,
        the lookup fails. Otherwise each message has an error of its own.
    required: true
    type: path
  golden:
    description:
      - Paths of the operator's golden cases.
      - A field that the same template gives neither their Jobs nor those of the probe and of a
        message with every field is forbidden unless the policy lists it. A case is left out if
        the file beside it, of the same name with C(.yaml), expects a rejection.
    type: list
    elements: path
    default: []
  probe_all:
    description: Makes the lookup fail where any of the templates is broken, used or not.
    type: bool
    default: false
  site:
    description:
      - The operator's additions to every Job, which the role
        P(sqs_k8s.jobs.submit#role) composes from its variables C(submit_job_*), each without
        this prefix. The template sees them as C(site), with the values for the service.
    required: true
    type: dict
  record_namespace:
    description:
      - The namespace of records. A message's Job may be in it only where the policy lists it word
        for word.
    type: str
    default: ""
  policy:
    description:
      - The policy, which the role P(sqs_k8s.jobs.submit#role) composes from its
        variables C(submit_policy_*), each without this prefix. All of them are required.
      - A message that it forbids has an error of its own. The lookup fails where the template
        violates it for every message, and where the policy itself is wrong.
    required: true
    type: dict
"""

EXAMPLES = r"""
- name: Render the Jobs
  ansible.builtin.set_fact:
    submit_rendered: >-
      {{ query('sqs_k8s.jobs.manifests', *messages, template='/etc/jobs/job.yaml.j2',
               probe='/etc/jobs/probe.json', site=submit_site, policy=submit_policy) }}
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
    is_listed:
      description: Tells whether the policy lists its namespace word for word.
      type: bool
    manifest:
      description:
        - The Job's manifest as a text of JSON, null where it could not be rendered or is forbidden.
        - The filter P(sqs_k8s.jobs.rendered_manifests#filter) gives them as data.
      type: str
    error:
      description: Error code and text for the sender, null where it was rendered.
      type: dict
    fault:
      description: The broken template and its fault, null where it works.
      type: str
"""

import json
from pathlib import Path
from typing import Any, Optional

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

from ..module_utils.common import error_codes
from ..module_utils.common.json_text import decode
from ..module_utils.common.printable import printable
from ..module_utils.manifest import job_manifest
from ..module_utils.manifest.job_defaults import InvalidJobDefaults, JobDefaults
from ..module_utils.message.entry import Entry
from ..module_utils.message.naming import NAME_DIGITS, id_label
from ..module_utils.policy import checks
from ..module_utils.policy.rules import InvalidPolicy, Policy
from ..module_utils.submit.outcome import Rendered
from ..plugin_utils.examples import Examples, NoExample
from ..plugin_utils.renderer import Renderer, name_of
from ..plugin_utils.templates import Template, Templates, UnusableTemplates

EVERY_FIELD = Path(__file__).resolve().parents[2] / "roles/submit/files/every-field.json"


class LookupModule(LookupBase):
    def run(self, terms: list[Entry], variables: Any = None, **kwargs: Any) -> list[Rendered]:
        self.set_options(var_options=variables, direct=kwargs)
        try:
            self._rules = Policy(self.get_option("policy"))
            self._templates = Templates(self.get_option("template"))
            site = JobDefaults(self.get_option("site"))
        except InvalidPolicy as exc:
            raise AnsibleError("manifests: no usable policy: {0}".format(exc)) from exc
        except (UnusableTemplates, InvalidJobDefaults) as exc:
            raise AnsibleError("manifests: {0}".format(exc)) from exc
        self._renderer = Renderer(
            self._templar, variables or {}, site, self.get_option("include_from")
        )
        self._probe = _probe(self.get_option("probe"))
        self._examples = Examples(
            self._renderer,
            self._templates.of_service,
            [_probe(str(EVERY_FIELD)), self._probe],  # the first one is enough for most
            self.get_option("golden"),
        )
        terms = [{**entry, "message": decode(entry["message"])} for entry in terms]
        found = [self._render(entry) for entry in terms]
        faults = self._faults(terms, found)
        if faults and (self.get_option("probe_all") or all(one["fault"] for one in found)):
            raise AnsibleError("manifests: {0}".format("; ".join(faults)))
        return found

    def _render(self, entry: Entry) -> Rendered:
        message = entry["message"]
        own_rules = self._rules.of_service(message["service"])
        one: Rendered = {
            "id_label": entry["id_label"],
            "body_sha256": entry["body_sha256"],
            "namespace": message["job"]["namespace"],
            "name": name_of(entry),
            "is_listed": message["job"]["namespace"] in own_rules.namespaces.listed,
            "manifest": None,
            "error": None,
            "fault": None,
        }
        try:
            checks.check_message(message, own_rules, self.get_option("record_namespace"))
            template = self._template_of(entry)
            rendered = self._renderer.manifest(template, entry)
            checks.check_job(rendered, own_rules)
            unknown = self._examples.unknown(template, entry, rendered)
            checks.check_fields(unknown, own_rules)
            one["manifest"] = json.dumps(job_manifest.stamp(rendered, entry))
        except job_manifest.InvalidManifest as exc:
            one["error"] = error_codes.error(error_codes.TEMPLATE_ERROR, printable(str(exc)))
        except checks.Forbidden as exc:
            one["error"] = error_codes.error(error_codes.FORBIDDEN, printable(str(exc)))
        except NoExample as exc:
            one["fault"] = str(exc)
        return one

    def _template_of(self, entry: Entry) -> Template:
        template = self._templates.of_service(entry["message"]["service"])
        if template is None:
            raise job_manifest.InvalidManifest("there is no template for this service")
        return template

    def _faults(self, terms: list[Entry], found: list[Rendered]) -> list[str]:
        """Say which templates are broken, of those that rendered nothing, and mark their messages.

        A message is refused for what is its own fault alone.
        """
        faults = sorted({one["fault"] for one in found if one["fault"]})
        for template in self._templates:
            theirs = [
                one
                for entry, one in zip(terms, found)  # noqa: B905 - one each
                if self._templates.of_service(entry["message"]["service"]) == template
            ]
            unproven = all(one["error"] for one in theirs)
            if unproven and (theirs or self.get_option("probe_all")):
                fault = self._fault(template)
                faults += [fault] if fault else []
                for one in theirs if fault else []:
                    one["error"], one["fault"] = None, fault
        return faults

    def _fault(self, template: Template) -> Optional[str]:
        try:
            made = self._renderer.manifest(template, self._probe)
            checks.check_template(made, self._rules)
        except (job_manifest.InvalidManifest, checks.Forbidden) as exc:
            return "the template {0} fails for every message: {1}".format(template.path, exc)
        return None


def _probe(path: str) -> Entry:
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
