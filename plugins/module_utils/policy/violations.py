# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Violations of the rules by a message's Job: a function for each rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..common import printable, sizes
from ..common.patterns import Patterns
from ..objects import keys
from . import pod_security, quantities
from .manifest_nodes import ManifestNode, Pod
from .references import CLAIM, CONFIG_MAP, SECRET, references
from .rules import Rules

MAX_VALUE = 60  # characters of a value, in an error
MAX_PATH = 250  # characters of the path of the largest field

# Kubernetes' defaults of missing fields; a missing deadline or TTL is up to the template.
KUBERNETES_DEFAULTS = {"activeDeadlineSeconds": 0, "ttlSecondsAfterFinished": 0, "backoffLimit": 6}

Violations = Iterator[str]


def of_job(manifest: dict[str, Any], rules: Rules) -> Violations:
    """Return a Job's violations of the rules, in words for the sender.

    Raises InvalidManifest where something in it is not of the type that Kubernetes takes.
    """
    job, pod = ManifestNode(manifest), Pod(manifest)
    yield from _size(manifest, rules)
    yield from _sizes_of_pods(manifest, job.part("spec"), rules)
    yield from _numbers(job.part("spec"), rules)
    yield from _images(pod, rules)
    yield from _names(pod, rules)
    yield from _places(pod, rules)
    yield from _amounts(pod, rules)
    yield from _pod_security(pod, rules)
    yield from _others(job, pod, rules)


def not_in(path: str, value: Any, allowed: object) -> str:
    """Return the error for a value that a list of the policy forbids."""
    text = str(value)
    short = text[:MAX_VALUE] + "…" if len(text) > MAX_VALUE else text
    return "{0}: {1!r} is not allowed (allowed: {2})".format(path, short, allowed)


def _size(manifest: dict[str, Any], rules: Rules) -> Violations:
    size = sizes.stored_bytes(manifest)
    if size > rules.max_manifest_bytes:
        said = "the Job has {0} bytes, above the limit of {1}".format(
            size, rules.max_manifest_bytes
        )
        where = printable.printable(sizes.largest_field(manifest), MAX_PATH)
        yield "; most of it is in ".join(filter(None, (said, where)))


def _sizes_of_pods(manifest: dict[str, Any], spec: ManifestNode, rules: Rules) -> Violations:
    """A pod is about as large as its Job, and stays as long as that when it has failed."""
    pods = _pods(spec)
    size = sizes.stored_bytes(manifest) * pods
    if pods > 1 and size > rules.max_pods_bytes:
        said = "{0} may leave {1} pods of {2} bytes together, above the limit of {3}"
        yield said.format(spec.path, pods, size, rules.max_pods_bytes)


def _pods(spec: ManifestNode) -> int:
    """Return how many Pods a Job may leave: those that it needs, and one for each retry."""
    wanted = max(1, spec.whole("completions") or 1, spec.whole("parallelism") or 1)
    retries, of_each = spec.whole("backoffLimit"), spec.whole("backoffLimitPerIndex")
    if of_each is None:
        return wanted + max(0, KUBERNETES_DEFAULTS["backoffLimit"] if retries is None else retries)
    most = wanted * (1 + max(0, of_each))
    return most if retries is None else min(most, wanted + max(0, retries))


def _numbers(spec: ManifestNode, rules: Rules) -> Violations:
    limits = {
        "activeDeadlineSeconds": rules.max_active_deadline_seconds,
        "ttlSecondsAfterFinished": rules.max_ttl_seconds_after_finished,
        "backoffLimit": rules.max_backoff_limit,
    }
    for name, most in limits.items():
        number = spec.whole(name)
        if number is None:
            number = KUBERNETES_DEFAULTS[name]
        if number > most:
            yield "{0} is {1}, above the limit of {2}".format(spec.at(name), number, most)


def _images(pod: Pod, rules: Rules) -> Violations:
    named = [(one, "image") for one in pod.containers]
    named += [(one.part("image"), "reference") for one in pod.volumes]
    for owner, field in named:
        image = owner.text(field)
        if image and not rules.images.allow(image):
            yield not_in(owner.at(field), image, rules.images)


def _names(pod: Pod, rules: Rules) -> Violations:
    accounts = [one for one in ("serviceAccountName", "serviceAccount") if pod.spec.text(one)]
    for field in accounts or ["serviceAccountName"]:
        account = pod.spec.text(field) or "default"
        if not rules.service_accounts.allow(account):
            yield not_in(pod.spec.at(field), account, rules.service_accounts)
    lists = {SECRET: rules.secrets, CONFIG_MAP: rules.config_maps, CLAIM: rules.volume_claims}
    for one in references(pod):
        if one.kind == CONFIG_MAP and one.name.startswith(keys.RECORD_NAME):
            yield "{0}: {1!r} is never allowed".format(one.path, one.name[:MAX_VALUE])
        elif not lists[one.kind].allow(one.name):
            yield not_in(one.path, one.name, lists[one.kind])


def _places(pod: Pod, rules: Rules) -> Violations:
    selector = pod.spec.part("nodeSelector")
    for key in selector.fields:
        pair = "{0}={1}".format(key, selector.text(key))
        if not rules.node_selectors.allow(pair):
            yield not_in(selector.path, pair, rules.node_selectors)
    for one in pod.spec.parts("tolerations"):
        if not _tolerable(one, rules.tolerations):
            yield not_in(one.path, _toleration(one), rules.tolerations)


def _toleration(one: ManifestNode) -> str:
    value = one.text("value") if _is_exact(one) else "*"
    return "{0}={1}".format(one.text("key") or "*", value)


def _is_exact(one: ManifestNode) -> bool:
    return one.text("key") != "" and one.text("operator") in ("", "Equal")


def _tolerable(one: ManifestNode, tolerations: Patterns) -> bool:
    """Tell whether a toleration is allowed; a toleration of many taints only if listed as such."""
    text = _toleration(one)
    return tolerations.allow(text) and (_is_exact(one) or text in tolerations.listed)


def _amounts(pod: Pod, rules: Rules) -> Violations:
    for resource, ceiling in rules.ceilings.items():
        for kind in ("limits", "requests"):
            if quantities.total(pod, kind, resource) > ceiling.amount:
                yield "{0}: its {1} of {2} are above the ceiling of {3}".format(
                    pod.spec.path, kind, resource, ceiling.written
                )
    for resource in rules.require_limits:
        for container in pod.containers:
            if not any(quantities.has_limit(one, resource) for one in (container, pod.spec)):
                yield "{0} has no limit of {1}".format(container.path, resource)


def _pod_security(pod: Pod, rules: Rules) -> Violations:
    for control, broken in pod_security.CONTROLS[rules.pod_security].items():
        if control not in rules.allow:
            for path in broken(pod):
                yield "{0} breaks {1} of pod security {2}".format(path, control, rules.pod_security)
    if rules.pod_security != pod_security.PRIVILEGED:
        for context in pod.container_contexts:
            capabilities = context.part("capabilities")
            for name in capabilities.items("add"):
                if not _addable(name, rules.capabilities):
                    yield not_in(capabilities.at("add"), name, rules.capabilities)


def _addable(name: Any, allowed: Patterns) -> bool:
    if not isinstance(name, str):
        return False
    plain = name.upper().removeprefix("CAP_")
    return allowed.allow(name, plain) and (plain != "ALL" or "ALL" in allowed.listed)


def _others(job: ManifestNode, pod: Pod, rules: Rules) -> Violations:
    owners = {
        "nodeName": pod.spec,
        "manualSelector": job.part("spec"),
        "ownerReferences": job.part("metadata"),
        "ephemeralContainers": pod.spec,  # no control: a Job cannot have them
    }
    for name, owner in owners.items():
        if name not in rules.allow and owner.get(name) not in (None, "", False, []):
            yield "{0} is not allowed".format(owner.at(name))
