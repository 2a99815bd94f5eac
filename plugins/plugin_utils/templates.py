# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The operator's templates: a file for all messages, or a folder with a file per service."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Optional

from .untrusted import trust_as_template

SUFFIX = ".yaml.j2"
DEFAULT = "default"
OVERRIDES = "#jinja2:"


class UnusableTemplates(ValueError):
    """A template cannot be read, or is missing; its text has its name."""


class Template(NamedTuple):
    """A template's path, and a text that includes it, which Ansible will evaluate.

    What is included is compiled once, however many messages it renders. The text begins with the
    template's own line of C(#jinja2:) overrides, if it has one, as these hold for what is included.
    """

    path: str
    included: Any


class Templates:
    """A service's template is C(SERVICE.yaml.j2) in the folder, and C(default.yaml.j2) for others.

    Names come from the folder's listing, so a service's name never becomes a path.
    """

    def __init__(self, path: str) -> None:
        if not os.path.isdir(path):
            self._of_service = {DEFAULT: _read(path)}
            return
        names = sorted(name for name in os.listdir(path) if name.endswith(SUFFIX))
        if not names:
            raise UnusableTemplates("the folder {0} has no *{1}".format(path, SUFFIX))
        self._of_service = {
            name.removesuffix(SUFFIX): _read(os.path.join(path, name)) for name in names
        }

    def of_service(self, service: str) -> Optional[Template]:
        """Return the template for a service's messages; None where the folder has none."""
        return self._of_service.get(service, self._of_service.get(DEFAULT))

    def __iter__(self) -> Iterator[Template]:
        return iter(self._of_service.values())


def _read(path: str) -> Template:
    try:
        first = Path(path).read_text("utf-8").partition("\n")[0]
    except (OSError, ValueError) as exc:
        raise UnusableTemplates("no usable template {0}: {1}".format(path, exc)) from exc
    overrides = first + "\n" if first.startswith(OVERRIDES) else ""
    include = "{{% include {0} %}}".format(json.dumps(os.path.basename(path)))
    return Template(path, trust_as_template(overrides + include))
