# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Checking a message, and the Job that it would become, against the operator's policy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Any, Optional

from ..common.patterns import ANY, Patterns
from ..common.printable import printable
from ..objects import keys
from . import image_patterns
from .fields import Path, written
from .rules import Policy, Rules
from .violations import Violations, not_in, of_job

NEVER = ("kube-system", "kube-public", "kube-node-lease")
MAX_VIOLATIONS = 3  # in the error of a message
MAX_LENGTH = 500
MAX_PATH = 120  # characters of a field's path, in an error


class Forbidden(ValueError):
    """The policy forbids the message; its text has the value, the field and the allowed values."""


def check_message(message: dict[str, Any], rules: Rules, records: str = "") -> None:
    """Raise Forbidden where a message itself is forbidden, whatever its Job.

    In the namespace of the records Jobs may be only where that is listed word for word.
    """
    _refuse(_of_message(message, rules, records))


def check_job(manifest: dict[str, Any], rules: Rules) -> None:
    """Raise Forbidden where a message's Job is forbidden.

    Raises InvalidManifest where the manifest is such that this cannot be judged.
    """
    _refuse(of_job(manifest, rules))


def check_fields(unknown: Iterable[Path], rules: Rules) -> None:
    """Raise Forbidden where a Job has fields that those of the operator's own messages lack."""
    words = "{0}: neither the probe nor a golden case has this field"
    paths = map(written, unknown)
    _refuse(
        words.format(printable(path, MAX_PATH)) for path in paths if not rules.fields.allow(path)
    )


def check_template(manifest: dict[str, Any], policy: Policy) -> None:
    """Raise Forbidden where every service's rules forbid a probe's Job.

    What a message chooses is not judged, so what is found is the template's own.
    """
    found: Optional[Forbidden] = None
    for rules in policy:
        try:
            return check_job(manifest, _lenient(rules))
        except Forbidden as exc:
            found = found or exc
    raise found or Forbidden("there are no rules")


def _lenient(rules: Rules) -> Rules:
    most = 2**31 - 1
    return replace(
        rules,
        images=image_patterns.ANY,
        service_accounts=ANY,
        ceilings={},
        require_limits=[],
        max_active_deadline_seconds=most,
        max_ttl_seconds_after_finished=most,
        max_backoff_limit=most,
        max_manifest_bytes=most,
        max_pods_bytes=most * most,  # each as large as a Job may be
    )


def _refuse(findings: Violations) -> None:
    found = list(islice(findings, MAX_VIOLATIONS + 1))
    if found:
        more = ["and more"] if len(found) > MAX_VIOLATIONS else []
        words = "; ".join([*found[:MAX_VIOLATIONS], *more])
        raise Forbidden("forbidden by policy: {0}".format(words)[:MAX_LENGTH])


def _of_message(message: dict[str, Any], rules: Rules, records: str) -> Violations:
    job = message["job"]
    namespace = job["namespace"]
    if namespace in NEVER:
        yield "job.namespace: {0!r} is never allowed".format(namespace)
    elif not _takes_jobs(namespace, rules.namespaces, records):
        yield not_in("job.namespace", namespace, rules.namespaces)
    if not rules.service_names.allow(message["service"]):
        yield not_in("service", message["service"], rules.service_names)
    key = job.get("fargate", {}).get("key", "")
    if key.startswith(keys.PREFIX + "/"):
        yield "job.fargate.key: {0!r} is never allowed".format(key)
    elif key and not rules.pod_labels.allow(key):
        yield not_in("job.fargate.key", key, rules.pod_labels)


def _takes_jobs(namespace: str, namespaces: Patterns, records: str) -> bool:
    return namespaces.allow(namespace) and (namespace != records or namespace in namespaces.listed)
