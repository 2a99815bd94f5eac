"""Faults of the cluster: its parts are killed, or it says no for a while."""

from __future__ import annotations

import json

from cluster import Cluster
from cluster.controlplane import ControlPlane
from cluster.errors import ClusterError

from . import fault_kinds, refusals
from .begun_fault import Begin, Begun
from .plan import Fault

REQUEST_TIMEOUT = "--request-timeout=5s"


class ClusterFaults:
    """Begins them."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.begin: dict[str, Begin] = {
            fault_kinds.API_SERVER_DOWN: self._api_server_down,
            fault_kinds.ETCD_DOWN: self._etcd_down,
            **dict.fromkeys(fault_kinds.CLUSTER_SAYS_NO, self._say_no),
        }

    def _api_server_down(self, _fault: Fault) -> Begun:
        plane = self._plane()
        plane.stop_apiserver()
        return Begun("killed, started again", lambda: plane.start_apiserver(wait=False))

    def _etcd_down(self, _fault: Fault) -> Begun:
        plane = self._plane()
        plane.stop_etcd()
        return Begun("killed, started again", lambda: plane.start_etcd(wait=False))

    def _say_no(self, fault: Fault) -> Begun | None:
        """Put into the cluster what makes it refuse; an API server that is away is waited for.

        What a vain try may have left there has the same names the next time.
        """
        namespace = fault.parameters["namespace"]
        name = f"chaos-{round(10 * fault.at)}"
        objects = refusals.MAKE[fault.kind](name, namespace)
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
        try:
            self._cluster.kubectl("apply", "-f", "-", REQUEST_TIMEOUT, stdin=text)
        except ClusterError:
            return None
        where = f"in {namespace}" if namespace else "everywhere"
        return Begun(f"{where}, withdrawn", lambda: self._withdraw(text))

    def _withdraw(self, text: str) -> None:
        words = ("delete", "-f", "-", "--ignore-not-found", "--wait=false", REQUEST_TIMEOUT)
        self._cluster.kubectl(*words, stdin=text)

    def _plane(self) -> ControlPlane:
        plane = self._cluster.control_plane
        if plane is None:
            raise ClusterError("there is no control plane of our own")
        return plane
