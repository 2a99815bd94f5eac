# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Golden cases: messages of an operator's own, and what becomes of each, as files side by side.

A case is NAME.json, a message's body, and NAME.yaml: its Job as the template makes it, or
the error with which it is refused.
"""

from __future__ import annotations

import json
from difflib import unified_diff
from typing import Any, Optional

from ..common.json_text import decode
from ..common.pyyaml import yaml
from ..objects import keys

Case = dict[str, Any]


def golden_cases(
    entries: list[dict[str, Any]],
    rendered: list[dict[str, Any]],
    texts: list[str],
    paths: list[str],
) -> dict[str, list[Any]]:
    """Return the C(cases), of which each has a C(name) and the C(text) that its file is to have.

    C(differences) are the names of those that differ from their files, of which C(texts) and
    C(paths) are there, and C(lines) show where, for a person.
    """
    found = cases(entries, rendered)
    differing = differences(found, texts, paths)
    return {
        "cases": found,
        "differences": [case["name"] for case in differing],
        "lines": [line for case in differing for line in case["lines"]],
    }


def cases(entries: list[dict[str, Any]], rendered: list[dict[str, Any]]) -> list[Case]:
    """Return what becomes of each message now: the case's C(name), and the C(text) of its file."""
    made = {one["id_label"]: one for one in rendered}
    return [
        {
            "name": entry["key"].rpartition(".")[0] or entry["key"],
            "text": _text(_became(entry, made.pop(entry["id_label"], None))),
        }
        for entry in entries
    ]


def differences(found: list[Case], texts: list[str], paths: list[str]) -> list[Case]:
    """Return the cases that differ from their files: C(name), and C(lines) that show where.

    C(texts) and C(paths) are of the files that are there. Comments, the order of keys and how
    a value is written make no difference.
    """
    wanted = {_name(path): text for path, text in zip(paths, texts)}  # noqa: B905 - one each
    shown = {case["name"]: _diff(case, wanted.get(case["name"])) for case in found}
    alone = {
        name: ["{0}.yaml has no {0}.json".format(name)] for name in wanted if name not in shown
    }
    return [{"name": name, "lines": lines} for name, lines in {**shown, **alone}.items() if lines]


def _became(entry: dict[str, Any], one: Any) -> dict[str, Any]:
    if one and one["manifest"]:
        return _as_the_template_made_it(decode(one["manifest"]))
    if one and one["fault"]:
        return {"fault": one["fault"]}
    error = entry["error"] or (one or {}).get("error")
    return {"refused": error} if error else {"fault": "another case has this id"}


def _as_the_template_made_it(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return a Job as its template rendered it, without what is added to every Job."""
    job = _plain(manifest)
    del job["metadata"]["uid"]
    del job["metadata"]["finalizers"]
    for owner in (job["metadata"], job["spec"]["template"]["metadata"]):
        for name in ("labels", "annotations"):
            kept = {
                key: value
                for key, value in (owner.pop(name, None) or {}).items()
                if not key.startswith(keys.PREFIX + "/")
            }
            if kept:
                owner[name] = kept
    return job


def _name(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


def _plain(value: Any) -> Any:
    """Return a copy of plain types: YAML does not know Ansible's."""
    return json.loads(json.dumps(value))


def _text(value: Any) -> str:
    dumped: str = yaml.safe_dump(_plain(value), sort_keys=True, allow_unicode=True, width=100)
    return dumped


def _again(text: str) -> str:
    """Return a file's text as it would be written now."""
    try:
        return _text(yaml.safe_load(text))
    except yaml.YAMLError as exc:
        return "not YAML: {0}\n".format(exc)


def _diff(case: Case, wanted: Optional[str]) -> list[str]:
    name = "{0}.yaml".format(case["name"])
    if wanted is None:
        return ["{0}.json has no {1} yet".format(case["name"], name)]
    before, after = _again(wanted).splitlines(), case["text"].splitlines()
    return list(unified_diff(before, after, name, name + " now", n=2, lineterm=""))
