"""The lookup plugin `manifests` as a play has it, quick enough to be called very often."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import jinja2
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import lookup_loader
from ansible.template import Templar
from kit.builders.policies import policy
from kit.builders.rendering import PROBE, SITE

_compile = jinja2.Environment.compile
_codes: dict[Any, Any] = {}


class Manifests:
    """Renders messages with one template by the default policy."""

    def __init__(self, template: Path) -> None:
        self._options = {
            "template": str(template),
            "probe": str(PROBE),
            "site": SITE,
            "policy": policy(),
        }
        self._plugin = _plugin()

    def render(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Return what became of one message."""
        # Compiling is what takes the time, and it knows nothing of the message.
        with patch.object(jinja2.Environment, "compile", _compiled_once):
            (one,) = self._plugin.run([entry], variables={}, **self._options)
        made: dict[str, Any] = one
        return made


@cache
def _plugin() -> Any:
    loader = DataLoader()
    templar = Templar(loader=loader, variables={})
    return lookup_loader.get("sqs_k8s.jobs.manifests", loader=loader, templar=templar)


def _compiled_once(environment: Any, source: Any, *args: Any, **kwargs: Any) -> Any:
    key = (str(source), args, tuple(kwargs.items()))
    if key not in _codes:
        _codes[key] = _compile(environment, source, *args, **kwargs)
    return _codes[key]
