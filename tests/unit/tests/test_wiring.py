"""What a part of the product needs it has from its constructor: nobody fills it in later."""

from __future__ import annotations

import ast
from pathlib import Path

from kit.paths import ROOT

# Objects of other libraries, which are set so: by the name that they have where that is done.
OTHERS = {
    "templar": "Ansible's, which renders with the variables that it is given",
    "context": "ssl's",
    "pool": "urllib3's, whose pools of connections check what they connect to",
    "manager": "the same, of the kubernetes client",
    "rest": "the kubernetes client's",
    "self.ssl_context": "ssl's, of a connection of the kubernetes client",
    "spec": "importlib's",
    "LOGGER": "logging's",
    "self._server": "http.server's",
    "configuration": "the kubernetes client's",
    "self._seen": "the kubernetes client's Lease",
    "metadata": "the same's metadata",
    "record": "the kubernetes client's election record",
    "SQSBackend": "moto's",
}
# What a process of the fork server changes in itself and in Ansible is its subject.
OF_ITSELF = Path("runner/sqs_k8s_jobs/fork_server")


def assigned(tree):
    """The objects of whose attributes one is assigned, but for an object's own."""
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            for one in target.elts if isinstance(target, ast.Tuple) else [target]:
                if isinstance(one, ast.Attribute):
                    yield node.lineno, ast.unparse(one.value)


def test_no_attribute_is_assigned_from_outside_but_those_of_other_libraries():
    files = [path for part in ("plugins", "runner") for path in (ROOT / part).rglob("*.py")]
    found = [
        (f"{path.relative_to(ROOT)}:{line}", owner)
        for path in files
        if not path.relative_to(ROOT).is_relative_to(OF_ITSELF)
        for line, owner in assigned(ast.parse(path.read_text("utf-8")))
        if owner not in ("self", "cls")
    ]

    assert len(files) > 200
    assert [one for one in found if one[1] not in OTHERS] == []
    assert {owner for _, owner in found} == OTHERS.keys()
