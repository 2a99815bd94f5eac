# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Data that a play only carries goes as texts of JSON.

A play copies each value of what it carries, several times in each task; a text is one value.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any


def decode(value: Any) -> Any:
    """Decode a string of JSON; return other data unchanged."""
    return json.loads(value) if isinstance(value, str) else value


def returns_json(function: Callable[..., list[Any]]) -> Callable[..., list[str]]:
    """Return a filter that gives texts of JSON."""

    @wraps(function)
    def filtered(*args: Any, **kwargs: Any) -> list[str]:
        return [json.dumps(one) for one in function(*args, **kwargs)]

    return filtered


def as_plain_data(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter whose lists come as plain data: Ansible's own take long to look into."""

    @wraps(function)
    def filtered(*args: Any, **kwargs: Any) -> Any:
        named = {name: _plain(one) for name, one in kwargs.items()}
        return function(*map(_plain, args), **named)

    return filtered


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value)) if isinstance(value, list) else value
