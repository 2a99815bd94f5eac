"""A module's arguments, given to it in this very process, whichever ansible-core it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from ansible.module_utils import basic


@contextmanager
def arguments(given: dict[str, Any]) -> Iterator[None]:
    """Let modules find these arguments."""
    text = json.dumps({"ANSIBLE_MODULE_ARGS": given}).encode()
    # From 2.19 on, they come with the name of what they are written in.
    profile = mock.patch.object(basic, "_ANSIBLE_PROFILE", "legacy", create=True)
    with mock.patch.object(basic, "_ANSIBLE_ARGS", text), profile:
        yield
