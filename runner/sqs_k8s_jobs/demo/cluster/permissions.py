"""The permissions that the demo needs in a shared cluster, checked before it creates anything."""

from __future__ import annotations

from collections.abc import Iterator

from sqs_k8s_jobs.demo.cluster.api import Api
from sqs_k8s_jobs.errors import OperatorError

# Verbs, API group and resource. The runner watches Jobs and Pods of the whole cluster.
OF_NAMESPACE = (("create", "delete"), "", "namespaces")
EVERYWHERE = (
    (("list", "watch"), "batch", "jobs"),
    (("list", "watch"), "", "pods"),
)
INSIDE = (
    (("get", "create", "patch", "delete"), "batch", "jobs"),
    (("get", "list", "watch", "create", "patch", "delete"), "", "configmaps"),
    (("deletecollection",), "", "configmaps"),
    (("deletecollection",), "", "pods"),
)
OF_CLAIM = (("get", "create", "delete"), "", "persistentvolumeclaims")


def check(api: Api, namespace: str, *, creates_namespace: bool, claim: bool) -> None:
    """Raise OperatorError where a right lacks, naming it."""
    for verbs, group, resource, where in _required(namespace, creates_namespace, claim):
        for verb in verbs:
            if not api.is_allowed(verb, resource, group, where):
                raise OperatorError(_error_text(api, verb, resource, group, where))


def _required(
    namespace: str, creates_namespace: bool, claim: bool
) -> Iterator[tuple[tuple[str, ...], str, str, str]]:
    if creates_namespace:
        yield *OF_NAMESPACE, ""
    for one in EVERYWHERE:
        yield *one, ""
    for one in (*INSIDE, *((OF_CLAIM,) if claim else ())):
        yield *one, namespace


def _error_text(api: Api, verb: str, resource: str, group: str, namespace: str) -> str:
    thing = f"{resource}.{group}" if group else resource
    if resource == "namespaces":
        return (
            f"in {api.name} you lack the right to {verb} namespaces: ask for it, or name a"
            " namespace that is there, with --namespace (make demo: NAMESPACE=…)"
        )
    where = f"in the namespace {namespace}" if namespace else "in all namespaces"
    return f"in {api.name} you lack the right to {verb} {thing} {where}"
