# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Values of our annotations, as far as they have the form that was written.

Whoever may change a Job may write anything there. It is as good as nothing: a report is of many
Jobs, and none of the others may wait for it.
"""

from __future__ import annotations

import json
import re
from typing import Any, Optional

from ..common.strict_json import is_too_deep

LARGEST = 1e12  # of a number: moments are seconds since 1970

_KEY = re.compile(r"[0-9]{1,3}(?:\..+)?", re.DOTALL)
_NUMBERS = ("since", "tries", "tried", "next", "status")
_TEXTS = ("errorCode", "message")
_NAMES = ("podId", "podName")


def is_key(text: str) -> bool:
    """Tell whether a text is the key of a callback: its status, and a Pod's uid if any."""
    return _KEY.fullmatch(text) is not None


def error(text: Optional[str]) -> Optional[dict[str, str]]:
    """Return the error that an annotation holds, with C(errorCode) and C(message), both texts."""
    found = _read(text)
    return found if _is_error(found) else None


def tries(text: Optional[str]) -> dict[str, Any]:
    """Return an annotation's failed attempts; nothing where a number is invalid."""
    found = _read(text)
    is_sound = all(_is_number(found[name]) for name in _NUMBERS if name in found)
    return found if is_sound and isinstance(found.get("error"), (str, type(None))) else {}


def detail(text: Optional[str]) -> dict[str, Any]:
    """Return the detail of a callback about a Pod or a failure; empty if invalid."""
    found = _read(text)
    names_pod = all(isinstance(found.get(name, ""), (str, type(None))) for name in _NAMES)
    return found if names_pod and _is_error(found.get("error", _NO_ERROR)) else {}


def reasons(text: Optional[str]) -> dict[str, dict[str, Any]]:
    """Return the reasons of an annotation, by the word that distinguishes them."""
    found = _read(text)
    return {word: one for word, one in found.items() if _is_reason(one)}


def _read(text: Optional[str]) -> dict[str, Any]:
    try:
        value = None if is_too_deep(text or "") else json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


_NO_ERROR = dict.fromkeys(_TEXTS, "")


def _is_error(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == set(_TEXTS)
        and all(isinstance(one, str) for one in value.values())
    )


def _is_reason(value: Any) -> bool:
    return isinstance(value, dict) and _is_number(value.get("at", 0))


def _is_number(value: Any) -> bool:
    """Tell whether a value is a number that seconds and counts may be: none is very large."""
    is_one = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_one and abs(value) <= LARGEST
