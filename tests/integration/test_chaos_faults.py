"""The faults that chaos puts into a cluster do what they are for, on a real control plane."""

import json

import pytest
from chaos import fault_kinds
from chaos.cluster_faults import ClusterFaults
from chaos.files import Files
from chaos.messages import NAMESPACE
from chaos.object_faults import ObjectFaults
from chaos.plan import Fault
from cluster.errors import ClusterError
from kit.wait import until

IMAGE = "--image=busybox"
NO = {
    fault_kinds.ADMISSION_OUTAGE: "failed calling webhook",
    fault_kinds.QUOTA_USED_UP: "exceeded quota",
    fault_kinds.UPDATE_DENIED: "Jobs are not to be changed",
}


def said(cluster, *words):
    """Call kubectl; return its error, empty if there is none."""
    try:
        cluster.kubectl(*words)
    except ClusterError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("kind", fault_kinds.CLUSTER_SAYS_NO)
def test_a_cluster_says_no_in_one_namespace_until_that_is_withdrawn(cluster, namespace, kind):
    cluster.kubectl("-n", namespace, "create", "job", "before", IMAGE)
    numbers = iter(range(1000))

    def tried(where):
        if kind == fault_kinds.UPDATE_DENIED:
            job = "before" if where == namespace else "kept"
            words = ("annotate", "job", job, f"number={next(numbers)}", "--overwrite")
        else:
            words = ("create", "job", f"job-{next(numbers)}", IMAGE)
        return said(cluster, "-n", where, *words)

    elsewhere = f"{namespace[:50]}-elsewhere"
    cluster.kubectl("create", "namespace", elsewhere)
    cluster.kubectl("-n", elsewhere, "create", "job", "kept", IMAGE)
    at = 100.0 + fault_kinds.CLUSTER_SAYS_NO.index(kind)
    fault = Fault(at, kind, {"namespace": namespace, "seconds": 10.0})

    begun = ClusterFaults(cluster).begin[kind](fault)

    assert begun
    assert begun.heal
    until(lambda: NO[kind] in tried(namespace), "it says no")
    assert tried(elsewhere) == ""
    begun.heal()
    until(lambda: tried(namespace) == "", "it says yes again")


def test_an_eviction_ends_a_pod_as_a_drain_does(cluster, tmp_path):
    files = Files(tmp_path)
    files.fresh()
    cluster.kubectl("create", "namespace", NAMESPACE)
    job = json.loads(
        cluster.kubectl(
            *("-n", NAMESPACE, "create", "job", "evicted", IMAGE, "--dry-run=client", "-o", "json")
        )
    )
    pod = job["spec"]["template"]["spec"]
    pod["nodeSelector"] = {"kubernetes.io/hostname": "fake-node-0"}
    pod["containers"][0]["env"] = [{"name": "FAKE_RUN_SECONDS", "value": "300s"}]
    job["spec"]["backoffLimit"] = 0
    cluster.kubectl("-n", NAMESPACE, "apply", "-f", "-", stdin=json.dumps(job))
    evict = ObjectFaults(cluster, files).begin[fault_kinds.POD_EVICTED]

    begun = until(lambda: evict(Fault(1.0, fault_kinds.POD_EVICTED, {"pick": 0.5})), "a Pod runs")

    assert begun.outcome == "evicted"
    (line,) = files.by_hand.read_text("utf-8").splitlines()
    assert json.loads(line)["name"].startswith("evicted-")
    condition = "jsonpath={.status.conditions[*].type}"
    words = ("-n", NAMESPACE, "get", "job", "evicted", "-o", condition)
    until(lambda: "Failed" in cluster.kubectl(*words), "its Job has failed")
