"""Texts that break out of their line in a template that does not quote them, and what they add."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kit.builders.rendering import message

TEMPLATE = Path(__file__).with_name("careless.yaml.j2")
TEXT = "{{ job.env[0].value if job.env is defined else 'a' }}"
POD = "spec.template.spec."
CONTAINER = POD + "containers.job."
TOKEN = {"sources": [{"serviceAccountToken": {"audience": "vault", "path": "token"}}]}


def template(pod: str = "", metadata: str = "") -> str:
    """The careless template, with lines that have {{ text }} of the message in them."""
    found = TEMPLATE.read_text("utf-8")
    for mark, lines in {"# POD\n": pod, "# METADATA\n": metadata}.items():
        found = found.replace(mark, lines.replace("{{ text }}", TEXT))
    return found


def in_arguments(text: str, **job: Any) -> dict[str, Any]:
    """A message with this text as its only argument, which the template puts into brackets."""
    return message("breaks-out", args=[text], **job)


def in_lines(text: str) -> dict[str, Any]:
    """A message with this text where those lines have it."""
    return message("breaks-out", env=[{"name": "A", "value": text}])


def _at(indent: int, line: str) -> str:
    """A text after which a line stands so deep: what follows it is a comment."""
    return f"a]\n{' ' * indent}{line} #"


def _pod(key: str, value: Any) -> tuple[str, str]:
    return POD + key, _at(6, f"{key}: {json.dumps(value)}")


def _container(key: str, value: Any) -> tuple[str, str]:
    return CONTAINER + key, _at(10, f"{key}: {json.dumps(value)}")


def _volume(**volume: Any) -> tuple[str, str]:
    """A pod's first volume, of a kind that no rule judges."""
    value = [{"name": "own", **volume}]
    return POD + "volumes", _at(6, f"volumes: {json.dumps(value)}")


# By what the argument adds: the first field that nobody else has, and the text.
ADDED = {
    "a PriorityClass": _pod("priorityClassName", "system-node-critical"),
    "secrets for images": _pod("imagePullSecrets", [{"name": "registry"}]),
    "names of hosts": _pod("hostAliases", [{"ip": "10.0.0.1", "hostnames": ["vault"]}]),
    "a runtime": _pod("runtimeClassName", "untrusted"),
    "a scheduler": _pod("schedulerName", "mine"),
    "a readiness gate": _pod("readinessGates", [{"conditionType": "a"}]),
    "an affinity": _pod("affinity", {"nodeAffinity": {}}),
    "a DNS server": _pod("dnsConfig", {"nameservers": ["10.0.0.1"]}),
    "a host's name": _pod("hostname", "vault"),
    "a device": _pod("resourceClaims", [{"name": "a", "resourceClaimName": "b"}]),
    "process namespaces": _pod("shareProcessNamespace", True),
    "a Secret of a driver": _volume(csi={"driver": "secrets-store.csi.k8s.io"}),
    "a token for others": _volume(projected=TOKEN),
    "a repository": _volume(gitRepo={"repository": "--upload-pack=x", "directory": "."}),
    "a file server": _volume(nfs={"server": "10.0.0.1", "path": "/"}),
    "a hook": _container("lifecycle", {"postStart": {"exec": {"command": ["a"]}}}),
    "a port": _container("ports", [{"containerPort": 80}]),
    "a device of blocks": _container("volumeDevices", [{"name": "a", "devicePath": "/dev/a"}]),
    "a variable of the node": _container("env", [{"name": "A", "valueFrom": {"fieldRef": {}}}]),
    "another container": (POD + "containers.other", _at(8, "- {name: other, image: busybox}")),
    "a container before": _pod("initContainers", [{"name": "first", "image": "busybox"}]),
    "what the Job's pods fail by": (
        "spec.podFailurePolicy",
        _at(2, "podFailurePolicy: {rules: []}"),
    ),
    "many pods": ("spec.parallelism", _at(2, "parallelism: 1000")),
    "who makes pods": ("spec.managedBy", _at(2, "managedBy: example.com/mine")),
    "what an object has beside": ("status", _at(0, "status: {}")),
}

# By what the fragment's text adds beside what the template has: the fragment, the field that nobody
# else has, and the text, which ends the fragment's comment.
_TOKEN = "        - {name: %s, projected: " + json.dumps(TOKEN) + "}"
_HOSTS = "        - {ip: %s, hostnames: [vault]}"
_SIDECAR = "        - {name: %s, image: busybox, volumeMounts: [{name: token, mountPath: /a}]}"
_READING = """      initContainers:
        - name: own
          image: busybox
          volumeMounts:
            - name: token # {{ text }}
              readOnly: true
              mountPath: /a
"""
_TERM = "              - {matchExpressions: [{key: %s, operator: Exists}]}"
_TERMS = """      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
"""
ADDED_BESIDE = {
    "a token for another": (
        "      volumes:\n" + _TOKEN % "token" + " # {{ text }}\n",
        "volumes.mine",
        "a\n" + (_TOKEN % "mine").replace("vault", "other"),
    ),
    "the same token under another name": (
        "      volumes:\n" + _TOKEN % "token" + " # {{ text }}\n",
        "volumes.mine",
        "a\n" + _TOKEN % "mine",
    ),
    "another address of a host": (
        "      hostAliases:\n" + _HOSTS % "10.0.0.1" + " # {{ text }}\n",
        "hostAliases.*",
        "a\n" + _HOSTS % "10.6.6.6",
    ),
    "another secret for images": (
        "      imagePullSecrets:\n        - {name: a} # {{ text }}\n",
        "imagePullSecrets.*",
        "a\n        - {name: b}",
    ),
    "a container with the operator's volume": (
        "      initContainers:\n" + _SIDECAR % "own" + " # {{ text }}\n",
        "initContainers.mine",
        "a\n" + _SIDECAR % "mine",
    ),
    "the operator's volume in another container": (
        "      initContainers:\n" + _SIDECAR % "own" + "\n"
        "        - {name: two, image: busybox, volumeMounts: [ # {{ text }}\n"
        "           ]}\n",
        "initContainers.two.volumeMounts.token",
        "a\n           {name: token, mountPath: b},",
    ),
    "the operator's volume, to be written to": (
        _READING,
        "initContainers.own.volumeMounts.token",
        "a\n              mountPath: /b\n            - name: token",
    ),
    "the operator's volume at another place": (
        _READING,
        "initContainers.own.volumeMounts.token (2)",
        "a\n              readOnly: true\n              mountPath: /b\n            - name: token",
    ),
    "other nodes": (
        _TERMS + _TERM % "pool" + " # {{ text }}\n",
        "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.*",
        "a\n" + _TERM % "node-role.kubernetes.io/control-plane",
    ),
}

# Annotations and labels that others trust, of a Pod whose template quotes none.
KEYS = [
    *("iam.amazonaws.com/role", "vault.hashicorp.com/agent-inject", "linkerd.io/inject", "role"),
    *("azure.workload.identity/use", "karpenter.sh/do-not-disrupt", "jobId"),
    *("cluster-autoscaler.kubernetes.io/safe-to-evict", "k8s.v1.cni.cncf.io/networks"),
]
