# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The containers of a pod, as its status has them, each as what it is.

The main container does the Job's work. Init containers come before it, and sidecars run beside
it: as ordinary containers, or as init containers that are restarted.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

from . import keys

MAIN = "job"  # the main container, as the collection's own template names it
MESSAGE_LENGTH = 400  # characters of one message of Kubernetes, as an annotation keeps it

# Reasons of a container that was given up before its process ran; the runtime says why.
_NEVER_RAN = ("StartError", "ContainerCannotRun", "ContainerStatusUnknown")


class Container(NamedTuple):
    """The status of a container."""

    name: str  # for a person: what it is, its name and, beside the main one, its image
    status: dict[str, Any]


def side_by_side(pod: dict[str, Any]) -> list[Container]:
    """Return the containers that run side by side, the main container first."""
    first = main(pod)
    others = [one for one in _statuses(pod, "containerStatuses") if one is not first]
    found = [Container(_named("container", one), one) for one in others]
    return [Container("container {0}".format(first["name"]), first), *found] if first else found


def init_containers(pod: dict[str, Any]) -> list[Container]:
    """Return those that are started before the others, sidecars among them."""
    found = _statuses(pod, "initContainerStatuses")
    return [Container(_named("init container", one), one) for one in found]


def failed_init_container(pod: dict[str, Any]) -> list[Container]:
    """Return the init container whose failure kept the main container from running, if any.

    Those that failed later were stopped, as sidecars are: the first is the one.
    """
    if has_started(pod):
        return []
    failed = [one for one in init_containers(pod) if exit_code(one.status)]
    return sorted(failed, key=_finished_at)[:1]


def has_started(pod: dict[str, Any]) -> bool:
    """Tell whether the main container runs or has run; any, where it is not known."""
    known = main(pod)
    if any(_has_run(one) for one in ([known] if known else _statuses(pod, "containerStatuses"))):
        return True
    return known is None and (pod.get("status") or {}).get("phase") in ("Running", "Succeeded")


def main(pod: dict[str, Any]) -> Optional[dict[str, Any]]:
    """Return the status of the main container; None where it is unknown."""
    name = (pod["metadata"].get("annotations") or {}).get(keys.MAIN_ANNOTATION, MAIN)
    found = _statuses(pod, "containerStatuses")
    return next((one for one in found if one.get("name") == name), None)


def last_end(pod: dict[str, Any]) -> Optional[str]:
    """Return the end of the main container, or of the last container where it is unknown."""
    known = main(pod)
    found = [known] if known else _statuses(pod, "containerStatuses")
    ended = [(one.get("state") or {}).get("terminated") or {} for one in found]
    moments = [str(one.get("finishedAt") or "") for one in ended]
    return max(moments) if moments and all(moments) else None


def terminated(container: dict[str, Any]) -> Optional[dict[str, Any]]:
    """Return a container's termination; a container that waits for a restart has ended, too."""
    now = container.get("state") or {}
    ended: Optional[dict[str, Any]] = now.get("terminated")
    before = (container.get("lastState") or {}).get("terminated") if "waiting" in now else None
    return ended or before


def exit_code(container: dict[str, Any]) -> Optional[int]:
    """Return a container's exit code; None or 0 where it has not failed."""
    ended = terminated(container)
    return ended.get("exitCode", 1) if ended else None


def end(name: str, container: dict[str, Any]) -> str:
    """Describe a container's end, or the runtime's reason why it could not start."""
    ended = terminated(container) or {}
    reason = ended.get("reason") or "Error"
    message = ended.get("message") if reason in _NEVER_RAN else None
    return "{0}: {1}, exit code {2}".format(name, joined(reason, message), ended.get("exitCode"))


def joined(*parts: Optional[str]) -> str:
    """Return Kubernetes' reason and message, in bounded length."""
    return ": ".join(part[:MESSAGE_LENGTH] for part in parts if part)


def _named(kind: str, container: dict[str, Any]) -> str:
    image = container.get("image")
    words = "{0} {1} ({2})" if image else "{0} {1}"
    return words.format(kind, container.get("name"), image)


def _has_run(container: dict[str, Any]) -> bool:
    ends = [(container.get(name) or {}).get("terminated") for name in ("state", "lastState")]
    ran = any(end is not None and end.get("reason") not in _NEVER_RAN for end in ends)
    return "running" in (container.get("state") or {}) or ran


def _finished_at(container: Container) -> str:
    return (terminated(container.status) or {}).get("finishedAt") or ""


def _statuses(pod: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return (pod.get("status") or {}).get(kind) or []
