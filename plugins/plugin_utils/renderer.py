# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""From a message and a template to the manifest of its Job, within a play's variables."""

from __future__ import annotations

import os
from typing import Any

from ..module_utils.manifest import job_manifest
from ..module_utils.manifest.job_defaults import JobDefaults
from ..module_utils.message.entry import Entry
from ..module_utils.message.naming import id_sha256, is_label_value, job_name
from .templates import Template
from .untrusted import as_data


class Renderer:
    """Renders with one play's templar and variables, for one site.

    A template finds what it includes beside it, and then in C(include_from).
    """

    def __init__(
        self, templar: Any, variables: dict[str, Any], site: JobDefaults, include_from: list[str]
    ) -> None:
        self._templar = templar
        self._include_from = include_from
        self._variables = variables
        self._site = site
        self._templars: dict[str, Any] = {}

    def manifest(self, template: Template, entry: Entry) -> dict[str, Any]:
        """Return the manifest of a message's Job; raise InvalidManifest where it is none."""
        name = name_of(entry)
        rendered = job_manifest.parse(self._text(template, entry, name))
        job_manifest.check(rendered, name, entry["message"]["job"]["namespace"])
        return rendered

    def _text(self, template: Template, entry: Entry, name: str) -> str:
        own = {
            "message": entry["message"],
            "job": entry["message"]["job"],
            "job_name": name,
            "job_id_digest": id_sha256(entry["id"] or ""),
            "job_id_is_label": is_label_value(entry["id"] or ""),
            "site": self._site.of_service(entry["message"]["service"]),
        }
        templar = self._templar_of(template)
        templar.available_variables = {**self._variables, **as_data(own)}
        try:
            return str(templar.template(template.included))
        except Exception as exc:  # of what filters raise, ansible-core wraps all from 2.19 on only
            raise job_manifest.InvalidManifest(
                "the template {0} failed: {1}".format(os.path.basename(template.path), exc)
            ) from exc

    def _templar_of(self, template: Template) -> Any:
        """Return the renderer of this template, which reads and compiles it once."""
        if template.path not in self._templars:
            self._templars[template.path] = self._templar.copy_with_new_env(
                searchpath=[os.path.dirname(template.path), *self._include_from]
            )
        return self._templars[template.path]


def name_of(entry: Entry) -> str:
    """Return the name of a message's Job."""
    prefix = entry["message"]["job"]["prefixName"]
    return job_name(prefix, entry["id"] or "", entry["name_digits"], entry["id_label"])
