# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Kubernetes' Pod Security Standards, a function for each control: where a pod breaks it.

https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .manifest_nodes import ManifestNode, Pod

PRIVILEGED = "privileged"
BASELINE = "baseline"
RESTRICTED = "restricted"

_PROFILES = ("RuntimeDefault", "Localhost")
_SELINUX_TYPES = (
    *("", "container_t", "container_init_t", "container_kvm_t"),
    "container_engine_t",
)
_SYSCTLS = (
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
)
_VOLUMES = (
    *("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral"),
    *("persistentVolumeClaim", "projected", "secret"),
)
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_HOOKS = ("postStart", "preStop")
_APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
_SECCOMP = ("seccomp.security.alpha.kubernetes.io/", "container.seccomp.security.alpha.")

Paths = Iterator[str]
Control = Callable[[Pod], Paths]


def _other(parts: Iterable[ManifestNode], field: str, *allowed: Any) -> Paths:
    """Return where a field is given and has none of the values that are allowed."""
    for part in parts:
        value = part.get(field)
        if value is not None and value not in allowed:
            yield part.at(field)


def _each(parts: Iterable[ManifestNode], field: str) -> list[ManifestNode]:
    return [part.part(field) for part in parts]


def _host_process(pod: Pod) -> Paths:
    return _other(_each(pod.contexts, "windowsOptions"), "hostProcess", False)


def _host(field: str) -> Control:
    """Return the control of one of the host's namespaces."""
    return lambda pod: _other([pod.spec], field, False)


def _privileged(pod: Pod) -> Paths:
    return _other(pod.contexts, "privileged", False)


def _host_path(pod: Pod) -> Paths:
    return _other(pod.volumes, "hostPath")


def _host_port(pod: Pod) -> Paths:
    for container in pod.containers:
        yield from _other(container.parts("ports"), "hostPort", 0)


def _host_probes(pod: Pod) -> Paths:
    for container in pod.containers:
        asked = [container.part(name) for name in _PROBES]
        asked += [container.part("lifecycle").part(name) for name in _HOOKS]
        for one in asked:
            yield from _other([one.part("httpGet"), one.part("tcpSocket")], "host", "")


def _app_armor(pod: Pod) -> Paths:
    yield from _other(_each(pod.contexts, "appArmorProfile"), "type", *_PROFILES)
    yield from _annotated(pod, _APP_ARMOR)


def _se_linux(pod: Pod) -> Paths:
    options = _each(pod.contexts, "seLinuxOptions")
    yield from _other(options, "type", *_SELINUX_TYPES)
    yield from _other(options, "user", "")
    yield from _other(options, "role", "")


def _proc_mount(pod: Pod) -> Paths:
    return _other(pod.contexts, "procMount", "Default")


def _seccomp(pod: Pod) -> Paths:
    yield from _other(_each(pod.contexts, "seccompProfile"), "type", *_PROFILES)
    yield from _annotated(pod, *_SECCOMP)


def _sysctls(pod: Pod) -> Paths:
    return _other(pod.context.parts("sysctls"), "name", *_SYSCTLS)


def _annotated(pod: Pod, *prefixes: str) -> Paths:
    """Return the annotations by which older clusters read a profile, where it differs."""
    for name, value in pod.annotations.fields.items():
        plain = value is None or value in ("", "runtime/default", "docker/default")
        local = isinstance(value, str) and value.startswith("localhost/")
        if name.startswith(prefixes) and not (plain or local):
            yield pod.annotations.at(name)


def _volume_types(pod: Pod) -> Paths:
    for volume in pod.volumes:
        for name, value in volume.fields.items():
            if value is not None and name not in ("name", *_VOLUMES):
                yield volume.at(name)


def _allow_privilege_escalation(pod: Pod) -> Paths:
    field = "allowPrivilegeEscalation"
    return _unless(pod, field, lambda one: one.get(field) is False)


def _run_as_non_root(pod: Pod) -> Paths:
    yield from _other(pod.contexts, "runAsNonRoot", True)
    if pod.context.get("runAsNonRoot") is not True:
        yield from _unless(pod, "runAsNonRoot", lambda one: one.get("runAsNonRoot") is not None)


def _run_as_user(pod: Pod) -> Paths:
    for context in pod.contexts:
        if context.whole("runAsUser") == 0:
            yield context.at("runAsUser")


def _seccomp_set(pod: Pod) -> Paths:
    yield from _seccomp(pod)
    if pod.context.part("seccompProfile").get("type") is None:
        yield from _unless(
            pod, "seccompProfile", lambda one: one.part("seccompProfile").get("type") is not None
        )


def _drop_all(pod: Pod) -> Paths:
    return _unless(
        pod, "capabilities.drop", lambda one: "ALL" in one.part("capabilities").items("drop")
    )


def _unless(pod: Pod, field: str, fits: Callable[[ManifestNode], bool]) -> Paths:
    return (one.at(field) for one in pod.container_contexts if not fits(one))


# By the names that submit_policy_allow has for them.
_BASELINE: dict[str, Control] = {
    "hostProcess": _host_process,
    "hostNetwork": _host("hostNetwork"),
    "hostPID": _host("hostPID"),
    "hostIPC": _host("hostIPC"),
    "privileged": _privileged,
    "hostPath": _host_path,
    "hostPort": _host_port,
    "hostProbes": _host_probes,
    "appArmor": _app_armor,
    "seLinux": _se_linux,
    "procMount": _proc_mount,
    "seccomp": _seccomp,
    "sysctls": _sysctls,
}
CONTROLS: dict[str, dict[str, Control]] = {
    PRIVILEGED: {},
    BASELINE: _BASELINE,
    RESTRICTED: {
        **_BASELINE,
        "volumeTypes": _volume_types,
        "allowPrivilegeEscalation": _allow_privilege_escalation,
        "runAsNonRoot": _run_as_non_root,
        "runAsUser": _run_as_user,
        "seccomp": _seccomp_set,
        "dropAll": _drop_all,
    },
}
