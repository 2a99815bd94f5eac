"""Tests of one cluster send different ids: one that was sent before runs no second time."""

import ast
from collections import defaultdict

from kit.paths import TESTS

SENDING = ("message", "submitted", "valid")


def sent(path):
    """The ids that each function of a file sends, as far as they are written there."""
    for function in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in ast.walk(function):
            if not isinstance(call, ast.Call) or not call.args:
                continue
            name = getattr(call.func, "id", None) or getattr(call.func, "attr", None)
            if name in SENDING and isinstance(call.args[0], ast.Constant):
                yield call.args[0].value, f"{path.name}::{function.name}"


def test_no_two_tests_send_the_same_id():
    places = defaultdict(set)
    for part in ("integration", "e2e"):
        for path in (TESTS / part).rglob("test_*.py"):
            for message_id, place in sent(path):
                places[message_id].add(place)

    assert len(places) > 50
    assert {one: found for one, found in places.items() if len(found) > 1} == {}
