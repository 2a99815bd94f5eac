"""A real Kubernetes for tests and the demo, without a container engine.

``Cluster`` starts etcd, the API server, the controller manager and the scheduler as ordinary
processes, built from Go modules and kept in a cache. Pods run on

- one *real* node, where this machine allows it (Linux, root, a few Debian packages): a kubelet,
  containerd and runc in namespaces of their own. Exit codes, memory limits, deadlines, logs and
  volumes are real; the image is ``busybox``;
- *fake* nodes, which kwok plays: any number, of any size. A pod says in its environment how it
  behaves there; see stages.yaml.

::

    with Cluster(real_node="k8s-node-1", demo=True) as cluster:
        cluster.kubectl("get", "nodes")

From a shell, ``python -m cluster exec --demo -- COMMAND`` does the same around a command.

How it is layered, lowest first: ``errors progress guard process ports`` know nothing of
Kubernetes; ``binaries packages images
registry credentials kubectl`` provide; ``place`` is what the parts share; ``controlplane bridge
nodeconfig realnode fakenodes demo`` are the parts; ``cluster`` puts them together.
"""

from .cluster import Cluster
from .errors import ClusterError
from .fakenodes import FakeNode

__all__ = ["Cluster", "ClusterError", "FakeNode"]
