# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""A Pod's status: its start, its reason to wait, its failure; from the Pod alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Optional

from . import containers, state

GATED = "SchedulingGated"
DELETED = "Deleted"
WORDS_LENGTH = 1000  # characters of all that a pod says

_DELETION = DELETED + ": the Pod was deleted before it ended"
_ON_ITS_WAY = (None, "ContainerCreating", "PodInitializing")
_WAITING_FOR = ("PodScheduled", "Initialized")  # conditions, of which the first says most


class Reason(NamedTuple):
    """Why a pod waits, or why it failed."""

    word: str  # tells it from other reasons
    words: str  # for a person
    waits: bool


def pod_started(pod: dict[str, Any]) -> bool:
    """Tell whether the pod's main container runs or has run; any, where that is not known."""
    return containers.has_started(pod)


def started_pods(pods: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the pods that have started, in that order, however they are listed."""
    return sorted((pod for pod in pods if pod_started(pod)), key=start_order)


def start_order(pod: dict[str, Any]) -> tuple[str, str]:
    """Return what pods are sorted by: when they started, those that have not at the end."""
    return (pod.get("status") or {}).get("startTime") or "~", pod["metadata"]["name"]


def is_gated(pod: dict[str, Any]) -> bool:
    """Tell whether somebody holds the pod back from the scheduler, as queues do."""
    return _condition(pod, "PodScheduled", "False").get("reason") == GATED


def scheduled_at(pod: dict[str, Any]) -> Optional[float]:
    """Return when the pod got its node, as seconds since 1970."""
    moment = _condition(pod, "PodScheduled", "True").get("lastTransitionTime")
    return state.parse_time(moment) if moment else None


def waiting(pod: dict[str, Any]) -> Optional[Reason]:
    """Return why a pod does not start: a container's reason, or a condition's."""
    if pod_started(pod) or _is_over(pod):
        return None
    for name, one in [*containers.init_containers(pod), *containers.side_by_side(pod)]:
        waits = (one.get("state") or {}).get("waiting") or {}
        if waits.get("reason") not in _ON_ITS_WAY:
            words = containers.joined(waits["reason"], waits.get("message"))
            other = one is not containers.main(pod)
            return Reason(waits["reason"], "{0}: {1}".format(name, words) if other else words, True)
    for kind in _WAITING_FOR:
        condition = _condition(pod, kind, "False")
        if condition.get("reason"):
            words = containers.joined(condition["reason"], condition.get("message"))
            return Reason(condition["reason"], words, True)
    return None


def failure(pod: dict[str, Any]) -> Optional[Reason]:
    """Return why a pod failed: its disruption or that somebody deleted it, its own reason, its
    containers' with exit codes.
    """
    status = pod.get("status") or {}
    if status.get("phase") == "Succeeded":
        return None
    disruption = _condition(pod, "DisruptionTarget", "True")
    deleted = not disruption and _was_deleted(pod)
    parts = [containers.joined(disruption.get("reason"), disruption.get("message"))]
    parts += [_DELETION] if deleted else []
    if status.get("phase") == "Failed" and status.get("reason"):
        message = status.get("message")
        new = message != disruption.get("message")
        parts.append(containers.joined(status["reason"], message if new else None))
    parts += _ends(pod)
    words = ", ".join(filter(None, parts))[:WORDS_LENGTH]
    if not words:
        return None
    word = disruption.get("reason") or (DELETED if deleted else words[:80])
    return Reason(word, "pod {0}: {1}".format(pod["metadata"]["name"], words), False)


def failed_container(pod: dict[str, Any]) -> Optional[str]:
    """Return the name of the failed container whose log explains most, if any."""
    for _name, one in [*containers.failed_init_container(pod), *containers.side_by_side(pod)]:
        if containers.exit_code(one):
            return str(one["name"])
    return None


def _ends(pod: dict[str, Any]) -> list[str]:
    """Describe the containers that failed, and those that run after the main container's end."""
    found = [*containers.failed_init_container(pod), *containers.side_by_side(pod)]
    failed = [containers.end(name, one) for name, one in found if containers.exit_code(one)]
    main = containers.main(pod)
    if main is None or "terminated" not in (main.get("state") or {}) or _is_over(pod):
        return failed
    running = [name for name, one in found if "running" in (one.get("state") or {})]
    return failed + ["{0} runs on after the main container's end".format(one) for one in running]


def _was_deleted(pod: dict[str, Any]) -> bool:
    """Tell whether the pod was deleted before its main container, or the last of all, ended."""
    gone = pod["metadata"].get("deletionTimestamp")
    if not gone:
        return False
    last = containers.last_end(pod)
    if last is None:
        return not (pod.get("status") or {}).get("reason")
    asked = state.parse_time(gone) - float(pod["metadata"].get("deletionGracePeriodSeconds") or 0)
    return state.parse_time(last) >= asked


def _condition(pod: dict[str, Any], kind: str, status: str) -> dict[str, Any]:
    for one in (pod.get("status") or {}).get("conditions") or []:
        if one.get("type") == kind and one.get("status") == status:
            return dict(one)
    return {}


def _is_over(pod: dict[str, Any]) -> bool:
    return (pod.get("status") or {}).get("phase") in ("Succeeded", "Failed")
