"""Tests of one cluster send different ids: one that was sent before runs no second time."""

import ast
import re
from collections import defaultdict

from kit.paths import TESTS

SENDING = ("message", "submitted", "valid")
ANY = "0"  # stands for whatever an f-string has in it


def sent(path):
    """The ids that each function of a file sends, as far as they are written there."""
    for function in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in ast.walk(function):
            if not isinstance(call, ast.Call) or not call.args:
                continue
            name = getattr(call.func, "id", None) or getattr(call.func, "attr", None)
            is_written = isinstance(call.args[0], ast.Constant | ast.JoinedStr)
            if name in SENDING and is_written and not begins_with_a_value(call.args[0]):
                yield written(call.args[0]), f"{path.name}::{function.name}"


def begins_with_a_value(node):
    """Such as a namespace: that is each test's own."""
    return isinstance(node, ast.JoinedStr) and not isinstance(node.values[0], ast.Constant)


def written(node):
    """A text, and the pattern of all that it may be, where it is an f-string."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    texts = [one.value if isinstance(one, ast.Constant) else None for one in parts]
    return "".join(one or ANY for one in texts), "".join(
        re.escape(one) if one else ".+" for one in texts
    )


def test_no_two_tests_send_the_same_id():
    places = defaultdict(set)
    for part in ("integration", "e2e"):
        for path in (TESTS / part).rglob("test_*.py"):
            for message_id, place in sent(path):
                places[message_id].add(place)

    met = defaultdict(set)
    for text, pattern in places:
        for other, found in places.items():
            if re.fullmatch(pattern, other[0]):
                met[text] |= places[text, pattern] | found

    assert len(places) > 50
    assert {one: found for one, found in met.items() if len(found) > 1} == {}
