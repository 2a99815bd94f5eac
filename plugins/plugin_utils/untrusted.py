# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Text from a message stays data in a play, whichever ansible-core runs it.

From 2.19 on a text is a template only where somebody trusts it. Before, every text that holds
braces is one, unless it is marked as unsafe; what a filter makes of marked texts is not.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from ansible.utils.unsafe_proxy import wrap_var

try:
    from ansible.template import trust_as_template
except ImportError:
    ALL_TEXT_IS_TRUSTED = True

    def trust_as_template(value: str) -> str:
        """Return an operator's text as a template."""
        return value
else:
    ALL_TEXT_IS_TRUSTED = False

__all__ = ["as_data", "plain_data", "plain_text", "returns_data", "trust_as_template"]


def as_data(value: Any) -> Any:
    """Return a value whose texts no template engine will evaluate."""
    return wrap_var(value) if ALL_TEXT_IS_TRUSTED else value


def returns_data(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter whose result no template engine will evaluate."""

    @wraps(function)
    def filtered(*args: Any, **kwargs: Any) -> Any:
        return as_data(function(*args, **kwargs))

    return filtered


def plain_data(value: Any) -> Any:
    """Return a variable's raw value without whatever marked its texts as trusted.

    Raises ValueError for what JSON cannot say.
    """
    try:
        return as_data(json.loads(json.dumps(value)))
    except TypeError as exc:
        raise ValueError(str(exc)) from None


def plain_text(value: Any) -> str:
    """Return the same of a message, which may be a text or data, as text."""
    data = plain_data(value)
    return str(data if isinstance(value, str) else json.dumps(data))
