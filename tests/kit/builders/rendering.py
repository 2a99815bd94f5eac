"""From messages to manifests through the collection's own plugins, without a play."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import lookup_loader
from ansible.template import Templar

from kit.paths import ROLES

from .policies import policy

ROLE = ROLES / "submit"
SCHEMA = ROLE / "files" / "message.schema.json"
TEMPLATE = ROLE / "templates" / "job.yaml.j2"
PROBE = ROLE / "files" / "probe.json"
_JOB_DEFAULTS = yaml.safe_load((ROLE / "defaults" / "main" / "job.yml").read_text("utf-8"))
SITE = {name.removeprefix("submit_job_"): value for name, value in _JOB_DEFAULTS.items()}


def message(message_id: str = "one", **job: Any) -> dict[str, Any]:
    """A message with what is required, and with what else is wanted of its job."""
    required = {
        "prefixName": "t",
        "namespace": "default",
        "image": "busybox",
        "ttlSecondsAfterFinished": 60,
        "activeDeadlineSeconds": 600,
    }
    return {"id": message_id, "service": "example", "job": {**required, **job}}


@cache
def validator() -> Any:
    """The validator of the role's schema."""
    from ansible_collections.sqs_k8s.jobs.plugins.module_utils.message.schema_parts import (
        validator_of,
    )

    return validator_of(json.loads(SCHEMA.read_text("utf-8")))


def entry(body: Any, key: str = "0000", **more: Any) -> dict[str, Any]:
    """One message's entry: its body is a message, or the text of one."""
    from ansible_collections.sqs_k8s.jobs.plugins.module_utils.message.read import read_message

    text = body if isinstance(body, str) else json.dumps(body)
    return read_message(key, text, validator(), **more)


def lookup(name: str, *terms: Any, **options: Any) -> Any:
    """Run a lookup plugin of the collection, with its texts of JSON as data."""
    return [_as_data(one) for one in carried(name, *terms, **options)]


def carried(name: str, *terms: Any, variables: dict[str, Any] | None = None, **options: Any) -> Any:
    """Run a lookup plugin of the collection in a play with these variables."""
    loader = DataLoader()
    templar = Templar(loader=loader, variables=variables or {})
    plugin = lookup_loader.get(f"sqs_k8s.jobs.{name}", loader=loader, templar=templar)
    return plugin.run(list(terms), variables=variables or {}, **options)


def _as_data(one: Any) -> Any:
    """An entry whose message or manifest is data."""
    names = {"message", "manifest"} & set(one) if isinstance(one, dict) else ()
    return {**one, **{name: json.loads(one[name] or "null") for name in names}} if names else one


def render(
    *bodies: Any,
    template: Path = TEMPLATE,
    variables: dict[str, Any] | None = None,
    rules: dict[str, Any] | None = None,
    site: dict[str, Any] | None = None,
    probe_all: bool = False,
    golden: list[str] | None = None,
    record_namespace: str = "sqs-k8s-jobs",
) -> list[dict[str, Any]]:
    """Each message's result of the lookup plugin `manifests`, by the role's own policy."""
    entries = [entry(body, f"{number:04d}") for number, body in enumerate(bodies)]
    assert [one["error"] for one in entries] == [None] * len(bodies)
    own: dict[str, Any] = {"template": str(template), "probe": str(PROBE)}
    own.update(golden=golden or [], record_namespace=record_namespace)
    own["policy"] = policy(**(rules or {}))
    own.update(site={**SITE, **(site or {})}, probe_all=probe_all)
    own["include_from"] = [str(TEMPLATE.parent)]
    return lookup("manifests", *entries, variables=variables, **own)


def manifest(body: Any, **site: Any) -> dict[str, Any]:
    """The manifest that a message becomes with the role's own template, where all is allowed."""
    lists = ("namespaces", "service_accounts", "secrets", "node_selectors", "tolerations")
    lists += ("pod_labels",)
    rules = {name: ["*"] for name in lists}
    (one,) = render(body, site=site, rules=rules)
    assert one["error"] is None, one["error"]
    return one["manifest"]
