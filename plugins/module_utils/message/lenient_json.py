# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""JSON that strict_json rejects, read as far as it is unambiguous.

Nothing of it ever becomes a Job. It says whom to tell that a message was refused.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from ..common.strict_json import MAX_DEPTH, brackets

_BYTE_ORDER_MARK = "\ufeff"


def loads(text: str) -> Any:
    """Return a text's value; None where it is not JSON at all.

    A key that is there twice is left out: nobody knows which of the two was meant. Numbers, and
    what lies deeper than the limit, are None. Control characters and lone surrogates stay.
    """
    try:
        return json.loads(
            _shallow(text.removeprefix(_BYTE_ORDER_MARK)),
            strict=False,
            object_pairs_hook=_unambiguous,
            parse_constant=_nothing,
            parse_float=_nothing,
            parse_int=_nothing,
        )
    except ValueError:
        return None


def _shallow(text: str) -> str:
    """Return a text with null in place of what lies deeper than the limit."""
    kept, start = [], 0
    for found, depth in brackets(text):
        opens = found.group() in "[{"
        if opens and depth == MAX_DEPTH + 1:
            kept.append(text[start : found.start()])
            start = len(text)  # until it is closed, nothing more is kept
        elif not opens and depth == MAX_DEPTH:
            kept.append("null")
            start = found.end()
    return "".join([*kept, text[start:]])


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    counts = Counter(key for key, ignored in pairs)
    return {key: value for key, value in pairs if counts[key] == 1}


def _nothing(_text: str) -> None:
    return None
