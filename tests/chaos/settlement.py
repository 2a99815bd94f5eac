"""When a run has come to its end: nothing is left to tell."""

from __future__ import annotations

from collections.abc import Mapping

from cluster.errors import ClusterError
from kit.builders.objects import digest_of

from .base_system import OURS
from .system import System

LABEL = "jsonpath={.items[*].metadata.labels.sqs-k8s\\.jobs/id}"


class Settlement:
    """Each caller has received its end, or SQS has moved its message away before it had a Job."""

    def __init__(self, system: System, expected: Mapping[str, str]) -> None:
        """`expected` are the bodies by the ids that hear of an end."""
        self._system = system
        self._expected = expected

    def is_reached(self) -> bool:
        """Tell whether it is so now."""
        if self._system.queues.pair.count():
            return False
        ended = self._system.callers.ended_ids()
        waiting = {one: body for one, body in self._expected.items() if one not in ended}
        if not waiting:
            return True
        moved = {one["body"] for one in self._system.queues.moved()}
        return moved.issuperset(waiting.values()) and not self._has_object(set(waiting))

    def _has_object(self, ids: set[str]) -> bool:
        """Tell whether one of these has a Job or a record: a copy of its message may be moved."""
        get = ("get", "jobs,configmaps", "-A", "-l", OURS, "-o", LABEL)
        try:
            found = self._system.cluster.kubectl(*get, "--request-timeout=5s").split()
        except ClusterError:
            return True
        return not {digest_of(one) for one in ids}.isdisjoint(found)
