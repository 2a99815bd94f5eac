"""The page docs/reference/reference.md, generated from what ansible-doc says of the collection."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from kit.paths import DOCS, ROOT

PAGE = DOCS / "reference" / "reference.md"
HEAD = """# Variables and plugins

The roles and plugins of the collection `sqs_k8s.jobs`. `make docs` writes this page from the
code. `ansible-doc` shows the same with examples, such as
`ansible-doc -t lookup sqs_k8s.jobs.manifests`. The [settings](settings.md) of the runner and the
[error codes](error-codes.md) have pages of their own.
"""
ROLE = "sqs_k8s.jobs."


def page() -> str:
    """Return the page as it is to be now."""
    found = _metadata()
    parts = [HEAD, *(_role(name, found["role"][name]) for name in sorted(found["role"]))]
    for kind in ("module", "lookup", "callback"):
        parts += [_plugin(kind, name, found[kind][name]) for name in sorted(found[kind])]
    parts += [_list(kind, found[kind]) for kind in ("filter", "test")]
    return "\n".join(parts)


def _metadata() -> dict[str, Any]:
    done = subprocess.run(
        [Path(sys.executable).parent / "ansible-doc", "--metadata-dump", "sqs_k8s.jobs"],
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections")},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)["all"]
    return found


def _role(name: str, role: dict[str, Any]) -> str:
    points = role["entry_points"]
    entries = [
        (f"`{point}`", _text(points[point]["short_description"])) for point in sorted(points)
    ]
    options: dict[str, Any] = {}
    for point in ("main", *sorted(points)):
        options = {**points[point].get("options", {}), **options}
    return "\n".join(
        [
            f"## Role `{name.removeprefix(ROLE)}`\n",
            _table(("`tasks_from`", "description"), entries),
            _options(options),
        ]
    )


def _plugin(kind: str, name: str, plugin: dict[str, Any]) -> str:
    doc = plugin["doc"]
    returned = [
        (f"`{field.replace('_raw', 'the result')}`", _text(one.get("description", "")))
        for field, one in sorted((plugin["return"] or {}).items())
    ]
    parts = [f"## {kind.capitalize()} `{name}`\n", *(f"{_text(one)}" for one in doc["description"])]
    parts += ["", _options(doc.get("options") or {})]
    return "\n".join(parts + ([_table(("returned", "description"), returned)] if returned else []))


def _list(kind: str, plugins: dict[str, Any]) -> str:
    rows = [
        (f"`{name}`", _text(plugins[name]["doc"]["short_description"])) for name in sorted(plugins)
    ]
    return f"## {kind.capitalize()}s\n\n" + _table((kind, "description"), rows)


def _options(options: dict[str, Any]) -> str:
    rows = []
    for name in sorted(options):
        one = options[name]
        kind = one.get("type", "str")
        kind += f" of {one['elements']}" if "elements" in one else ""
        default = "required" if one.get("required") else _default(one.get("default"))
        rows.append((f"`{name}`", kind, default, _text(one["description"])))
    return _table(("name", "type", "default", "description"), rows)


def _default(value: Any) -> str:
    return "" if value is None or value == "" else f"`{json.dumps(value)}`"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(line).replace("\n", " ") + " |\n" for line in lines)


def _text(words: Any) -> str:
    """Return a description as Markdown: without Ansible's markup, on one line."""
    text = " ".join(words) if isinstance(words, list) else str(words)
    text = re.sub(r"\b[CVOE]\(([^)]*)\)", r"`\1`", text)
    text = re.sub(r"\b[PM]\(([^)#]*)(?:#\w+)?\)", r"`\1`", text)
    return re.sub(r"\s+", " ", text).strip().replace("|", "\\|")
