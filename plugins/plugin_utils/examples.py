# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Messages of the operator's own, whose Jobs have the fields that others' may have."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Optional

from ..module_utils.manifest.job_manifest import InvalidManifest
from ..module_utils.message.entry import Entry
from ..module_utils.message.read import read_message
from ..module_utils.policy.fields import Field, Path, fields
from .renderer import Renderer
from .templates import Template

_NONE = (
    "the template {0} renders neither the probe nor a golden case, so that nobody knows which "
    "fields of a Job are its own: name a message that it takes as submit_probe"
)
_REFUSED = re.compile("^refused:", re.MULTILINE)


class NoExample(Exception):
    """A template renders none of the operator's messages; its text has its name and a remedy."""


class Examples:
    """Renders no more examples than a message needs: most need only the first.

    A golden case that becomes no Job is none: it may show what is refused.
    """

    def __init__(
        self,
        renderer: Renderer,
        template_of: Callable[[str], Optional[Template]],
        probes: list[Entry],
        golden: list[str],
    ) -> None:
        self._renderer = renderer
        self._template_of = template_of
        self._probes = probes
        self._paths = golden
        self._known: dict[tuple[str, ...], Optional[set[Field]]] = {}

    def unknown(self, template: Template, entry: Entry, manifest: dict[str, Any]) -> list[Path]:
        """Return the paths of the fields that only this message's Job has, in their order.

        Raises NoExample where the template renders none of the operator's messages.
        """
        left = fields(manifest, entry["message"])
        proven = False
        for known in self._all_known(template, entry["message"]):
            proven = proven or known is not None
            left = [one for one in left if one not in (known or ())]
            if not left:
                return []
        if not proven:
            raise NoExample(_NONE.format(template.path))
        return list(dict.fromkeys(one.path for one in left))

    def _all_known(
        self, template: Template, message: dict[str, Any]
    ) -> Iterator[Optional[set[Field]]]:
        """Return what probes have, as they are and as this service's, and what golden cases do."""
        path, service, namespace = template.path, message["service"], message["job"]["namespace"]
        for number, probe in enumerate(self._probes):
            yield self._of((path, str(number)), template, partial(list, (probe,)))
        own = (path, "own", service, namespace)
        yield self._of(
            own, template, lambda: [_as_of(one, service, namespace) for one in self._probes]
        )
        yield self._of((path, "golden", ""), template, lambda: self._golden(template))

    def _of(
        self, key: tuple[str, ...], template: Template, entries: Callable[[], list[Entry]]
    ) -> Optional[set[Field]]:
        """Return the fields of these entries' Jobs; None where the template renders none."""
        if key not in self._known:
            found = [self._fields(template, one) for one in entries()]
            made = [one for one in found if one is not None]
            self._known[key] = set().union(*made) if made else None
        return self._known[key]

    def _fields(self, template: Template, entry: Entry) -> Optional[list[Field]]:
        try:
            return fields(self._renderer.manifest(template, entry), entry["message"])
        except InvalidManifest:
            return None  # not every template takes every message

    def _golden(self, template: Template) -> list[Entry]:
        read = [read_message(path, _text(path)) for path in self._paths if not _refused(path)]
        return [one for one in read if _is_whole(one) and self._is_for(template, one)]

    def _is_for(self, template: Template, entry: Entry) -> bool:
        return self._template_of(entry["message"]["service"]) == template


def _is_whole(entry: Entry) -> bool:
    """Tell whether a golden case has what rendering needs; no schema has been asked."""
    job = (entry["message"] or {}).get("job")
    needed = isinstance(job, dict) and {"prefixName", "namespace"} <= set(job)
    return bool(needed and entry["id"] and entry["service"])


def _as_of(entry: Entry, service: str, namespace: str) -> Entry:
    message = entry["message"]
    job = {**message["job"], "namespace": namespace}
    return {**entry, "message": {**message, "service": service, "job": job}}


def _refused(path: str) -> bool:
    """Tell whether a golden case's result, in the file beside it, is a rejection."""
    return bool(_REFUSED.search(_text(path.rpartition(".")[0] + ".yaml")))


def _text(path: str) -> str:
    try:
        return pathlib.Path(path).read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return ""  # golden cases have no result yet, or are gone
