"""Faults by hand: somebody deletes Jobs and Pods, or evicts Pods."""

from __future__ import annotations

import json

from cluster import Cluster
from cluster.errors import ClusterError

from . import fault_kinds
from .begun_fault import Begin, Begun
from .files import Files
from .messages import NAMESPACE
from .plan import Fault

ACTIVE_SHARE = 0.8  # of the Jobs deleted by hand: the others have ended
UNFINISHED = "--field-selector=status.successful=0"
RUNNING = "--field-selector=status.phase=Running"
COMMON = ("-n", NAMESPACE, "--request-timeout=5s")


class ObjectFaults:
    """Begins them."""

    def __init__(self, cluster: Cluster, files: Files) -> None:
        self._kubectl = cluster.kubectl
        self._log = files.by_hand
        self.begin: dict[str, Begin] = {
            fault_kinds.JOB_DELETED: self._job_deleted,
            fault_kinds.POD_DELETED: self._pod_deleted,
            fault_kinds.POD_EVICTED: self._pod_evicted,
        }

    def _job_deleted(self, fault: Fault) -> Begun | None:
        active = fault.parameters["pick"] < ACTIVE_SHARE
        return self._end("job", [UNFINISHED] if active else [], fault, evict=False)

    def _pod_deleted(self, fault: Fault) -> Begun | None:
        return self._end("pod", [RUNNING], fault, evict=False)

    def _pod_evicted(self, fault: Fault) -> Begun | None:
        return self._end("pod", [RUNNING], fault, evict=True)

    def _end(self, kind: str, selector: list[str], fault: Fault, *, evict: bool) -> Begun | None:
        """Delete or evict a random object as an operator would; it is logged first."""
        try:
            names = self._kubectl("get", kind, *COMMON, *selector, "-o", "name").split()
            if not names:
                return None
            name = names[int(fault.parameters["pick"] * len(names))].rpartition("/")[2]
            with self._log.open("a", encoding="utf-8") as log:
                log.write(json.dumps({"kind": kind, "name": name}) + "\n")
            if evict:
                self._evict(name)
            else:
                self._kubectl("delete", kind, name, *COMMON, "--wait=false")
        except ClusterError as error:
            return Begun("was gone") if "NotFound" in str(error) else None
        return Begun("evicted" if evict else "deleted")

    def _evict(self, pod: str) -> None:
        """Ask for what a drain of its node asks for."""
        eviction = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": pod, "namespace": NAMESPACE},
        }
        path = f"/api/v1/namespaces/{NAMESPACE}/pods/{pod}/eviction"
        self._kubectl("create", "--raw", path, "-f", "-", stdin=json.dumps(eviction))
