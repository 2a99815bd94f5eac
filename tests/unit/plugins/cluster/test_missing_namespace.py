"""Detection of a creation that failed since its namespace does not exist."""

from __future__ import annotations

import json

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.test.write import is_missing_namespace


def refused(code, message):
    body = json.dumps({"code": code, "message": message})
    return {"error": {"msg": f"Failed to create object: {body.encode()!r}"}}


MISSING = refused(404, 'namespaces "kept-here" not found')
DENIED = refused(403, "no")


@pytest.mark.parametrize(
    ("registered", "found"),
    [
        (MISSING, True),
        ({"result": {"results": [{"result": {}}, MISSING]}}, True),
        ({"result": {"results": [{"result": {}}, DENIED]}}, False),
        ({"result": {}}, False),
        ({"skipped": True}, False),
        ({}, False),
    ],
)
def test_it_is_told_by_the_api_servers_words_whatever_else_was_created(registered, found):
    assert is_missing_namespace(registered, "kept-here") == found
    assert not is_missing_namespace(registered, "elsewhere")
