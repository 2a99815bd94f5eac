"""A cluster put together from its parts, for as long as a `with` block lasts."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from . import demo, realnode
from .binaries import CONTROL_PLANE, KEDA, NODE, Binaries
from .controlplane import ControlPlane
from .errors import ClusterError
from .fakenodes import FakeNode, FakeNodes, plain
from .keda import Keda
from .kubectl import Kubectl
from .place import Place
from .process import Process, Undo
from .progress import Stopwatch, say
from .realnode import RealNode


class Cluster:
    """A Kubernetes of its own.

    `real_node` names a node with real containers; where this machine cannot run one, a fake node
    takes its name and `why_no_real_node` says why. `demo` adds what the demo's jobs expect.
    `state` is a folder to keep logs in after the end; without it, all is removed. `images` are
    archives of images that the real node has. `keda` adds KEDA, with this environment.
    """

    def __init__(
        self,
        real_node: str | None = None,
        *,
        fake_nodes: int = 0,
        demo: bool = False,
        state: Path | None = None,
        audit_log: Path | None = None,
        images: Sequence[Path] = (),
        keda: Mapping[str, str] | None = None,
    ) -> None:
        self._node_name = real_node
        self._demo = demo
        self._plain_nodes = fake_nodes
        self._audit_log = audit_log
        self._images = images
        self._keda_environment = keda
        self._given_state = state
        self._binaries = Binaries()
        self._undo: Undo | None = None
        self._real: RealNode | None = None
        self.state = Path()
        self.kubeconfig = Path()
        self.context = ""
        self.why_no_real_node: str | None = "no real node was asked for"
        self.kubectl: Kubectl
        self.control_plane: ControlPlane | None = None
        self.fake_nodes: FakeNodes | None = None
        self._keda: Keda | None = None

    @property
    def real_node(self) -> bool:
        """True if there is a node with real containers."""
        return self._real is not None

    @property
    def node_address(self) -> str | None:
        """This machine's address for pods of the real node."""
        return self._real.address if self._real else None

    @property
    def for_modules(self) -> dict[str, str]:
        """The environment in which Ansible's modules find it."""
        return {"K8S_AUTH_KUBECONFIG": str(self.kubeconfig), "K8S_AUTH_CONTEXT": self.context}

    def __enter__(self) -> Cluster:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start everything, and return once it can be used."""
        watch = Stopwatch()
        if self._demo and not self._node_name:
            self._node_name = demo.NODE
        self._bring_up()
        say(f"cluster ready after {watch}, context {self.context}")

    def stop(self) -> None:
        """End everything and leave nothing behind; may be called twice."""
        if self._undo is None:
            return
        watch = Stopwatch()
        self._undo.everything()
        self._undo = None
        for process in self._processes():
            process.reap()
        if self._real:
            self._real.leave()
        say(f"cluster stopped in {watch}")

    def _processes(self) -> list[Process]:
        processes = self.control_plane.processes if self.control_plane else []
        processes += self._real.processes if self._real else []
        processes += self._keda.processes if self._keda else []
        return processes + ([self.fake_nodes.process] if self.fake_nodes else [])

    def _make_place(self) -> Place:
        """A folder for all that is written; the last thing undone is a temporary one's removal."""
        self._undo = undo = Undo()
        if self._given_state is None:
            self.state = Path(tempfile.mkdtemp(prefix="sqs-k8s-jobs-"))
            undo.note(tree=str(self.state))
        else:
            self.state = self._given_state.absolute() / "cluster"
            shutil.rmtree(self.state, ignore_errors=True)
            self.state.mkdir(parents=True, mode=0o700)
        return Place(self._binaries, self.state, undo)

    def _bring_up(self) -> None:
        """Start a control plane and nodes; what can start at once does."""
        if self._node_name:
            self.why_no_real_node = realnode.why_not()
        possible = self.why_no_real_node is None
        more = [*(NODE if possible else ()), *(KEDA if self._keda_environment is not None else ())]
        self._binaries.ensure([*CONTROL_PLANE, *more])
        say(f"starting a control plane{' and a node' if self._node_name else ''} (about 5 s)")
        place = self._make_place()
        if self._keda_environment is not None:
            self._keda = Keda(place, self._keda_environment)
        flags = self._keda.flags() if self._keda else None
        plane = ControlPlane(place, self._node_name or "none", self._audit_log, flags)
        self.control_plane = plane
        self.kubectl, self.kubeconfig, self.context = plane.kubectl, plane.kubeconfig, plane.context
        plane.launch()
        if possible and self._node_name:
            self._real = RealNode(self._node_name, place, self._taints(), self._images)
            self._real.launch(plane.node_kubeconfig)
        plane.finish()
        if self._real:
            self._real.join()
        self.fake_nodes = FakeNodes(place, self.kubectl, self.kubeconfig)
        self.fake_nodes.start()
        if self._demo:
            demo.prepare(self.kubectl, self.state)
        self.fake_nodes.add(self._fakes())
        plane.wait_usable()
        if self._keda:
            self._keda.start(self.kubectl, self.kubeconfig)
        if self._real:
            self._wait_for_real_node(self._real, plane)

    def _wait_for_real_node(self, node: RealNode, plane: ControlPlane) -> None:
        """A real node that does not come up is replaced by a fake one, and the reason kept."""
        try:
            node.wait_ready(plane)
        except ClusterError as error:
            self._real = None
            self.why_no_real_node = f"it did not start: {error}"
            node.stop()
            self.kubectl("delete", "node", node.name, "--ignore-not-found")
            if self.fake_nodes:
                self.fake_nodes.add([self._stand_in(node.name)])

    def _fakes(self) -> list[FakeNode]:
        """The plain nodes, and the stand-in where there is no real node."""
        stand_in = [self._stand_in(self._node_name)] if self._node_name and not self._real else []
        if stand_in:
            say(f"node {self._node_name} is a fake one: {self.why_no_real_node}")
        return stand_in + plain(self._plain_nodes)

    def _stand_in(self, name: str) -> FakeNode:
        return FakeNode(name, taints=tuple(self._taints()))

    def _taints(self) -> list[str]:
        return [demo.TAINT] if self._demo else []
