"""Hostile messages that ask for what others trust: labels, and nodes that are kept free."""

from data.hostile.case import FORBIDDEN, Case


def _label(key, value="true"):
    """A message whose pod has one more label."""
    fargate = {"job.fargate": {"key": key, "value": value}}
    words = f"job.fargate.key: '{key}' is not allowed (allowed: WorkerType)"
    return Case(f"the pod label {key}", fargate, FORBIDDEN, words)


# Somebody's webhook, controller, Service or NetworkPolicy acts upon each of these.
LABELS = [
    *(_label("azure.workload.identity/use"), _label("aadpodidbinding", "admin")),
    *(_label("eks.amazonaws.com/fargate-profile", "system"), _label("linkerd.io/inject")),
    *(_label("admission.datadoghq.com/enabled"), _label("admission.gatekeeper.sh/ignore")),
    *(_label("karpenter.sh/do-not-disrupt"), _label("pod-template-hash", "5f4d8")),
    *(_label("name", "db"), _label("role", "db"), _label("tier", "backend"), _label("app", "db")),
    *(_label("workertype"), _label("xWorkerType"), _label("WorkerTypes")),
]

# Labels by which installers of clusters tell control planes from other nodes.
CONTROL_PLANES = [
    *(("node-role.kubernetes.io/control-plane", "true"), ("node-role.kubernetes.io/master", "x")),
    *(("node-role.kubernetes.io/controlplane", "true"), ("node-role.kubernetes.io/etcd", "true")),
    *(("kubernetes.io/role", "master"), ("kubernetes.io/role", "infra"), ("role", "master")),
    *(("kops.k8s.io/instancegroup", "master-a"), ("kops.k8s.io/instancegroup", "cp-a")),
    *(("kops.k8s.io/kops-controller-pki", "true"), ("rke.cattle.io/control-plane-role", "true")),
    *(("rke.cattle.io/etcd-role", "true"), ("cattle.io/creator", "norman")),
    *(("node.kubernetes.io/exclude-from-external-load-balancers", "true"),),
    *(("alpha.service-controller.kubernetes.io/exclude-balancer", "true"),),
    *(("node-role.kubernetes.io/exclude-balancer", "true"), ("node.k0sproject.io/role", "x")),
    *(("node.kubernetes.io/microk8s-controlplane", "microk8s-controlplane"), ("type", "Master")),
    *(("machine.openshift.io/cluster-api-machine-role", "master"), ("pool", "ControlPlane")),
    *(("cluster.x-k8s.io/control-plane", "true"), ("kubernetes.io/hostname", "control-plane-1")),
    *(("kubernetes.azure.com/mode", "system"), ("beta.kubernetes.io/role", "x")),
    *(("pool", "control_plane"), ("pool", "MASTER"), ("com.docker.ucp.role", "x")),
    ("com.docker.ucp.collection.system", "true"),
    *(("minikube.k8s.io/primary", "true"), ("node.kubernetes.io/controller", "true")),
    *(("cloud.kops.k8s.io/metadata.k8s-io-role-master", "1"), ("pool", "etcd")),
]

# Taints of nodes that are kept for something else than Jobs.
KEPT_FREE = [
    *(("node-role.kubernetes.io/control-plane", "x"), ("node-role.kubernetes.io/master", "x")),
    *(("node-role.kubernetes.io/controlplane", "true"), ("node-role.kubernetes.io/etcd", "true")),
    *(("CriticalAddonsOnly", "true"), ("dedicated", "master"), ("dedicated", "control-plane")),
    *(("node.kubernetes.io/unschedulable", "x"), ("pool", "etcd"), ("master", "true")),
    ("components.gke.io/gke-managed-components", "true"),
    *(("dedicated", "control_plane"), ("dedicated", "MASTER"), ("dedicated", "ETCD")),
    *(("node.ocs.openshift.io/storage", "true"), ("dedicated.deckhouse.io", "system")),
    *(("com.docker.ucp.manager", "x"), ("infra", "reserved")),
    *(("hypershift.openshift.io/control-plane", "true"), ("hypershift.openshift.io/cluster", "a")),
]

# Taints of nodes on which a network's, a disk's or a cloud's own Pods have still to start.
NOT_READY = [
    *(("node.cilium.io/agent-not-ready", "true"), ("ebs.csi.aws.com/agent-not-ready", "x")),
    *(("efs.csi.aws.com/agent-not-ready", "x"), ("node.kubernetes.io/not-ready", "x")),
    *(("node.kubernetes.io/network-unavailable", "x"), ("example.com/NotReady", "x")),
    *(("node.cloudprovider.kubernetes.io/uninitialized", "true"), ("example.com/unready", "x")),
    *(("node.cluster.x-k8s.io/uninitialized", "x"), ("karpenter.sh/unregistered", "x")),
    *(("startup-taint.cluster-autoscaler.kubernetes.io/driver", "x"),),
    *(("ignore-taint.cluster-autoscaler.kubernetes.io/driver", "x"),),
    *(("readiness.k8s.io/network", "pending"), ("example.com/uninitialised", "x")),
    *(("nidhogg.uswitch.com/kube-system.kiam", "x"), ("network", "not-ready")),
    *(("example.com/not_ready", "x"), ("example.com/NOT-READY", "x")),
    ("node.deckhouse.io/csi-not-bootstrapped", "x"),
    *(("node.linode.com/initializing", "true"), ("k8s.ovn.org/network-unavailable", "x")),
    *(("sysbox-runtime", "not-running"), ("tke.cloud.tencent.com/eni-ip-unavailable", "x")),
    *(("drbd.linbit.com/lost-quorum", "x"), ("drbd.linbit.com/force-io-error", "x")),
]

# Taints of nodes that are drained, deleted or taken away.
GOING = [
    *(("ToBeDeletedByClusterAutoscaler", "1"), ("DeletionCandidateOfClusterAutoscaler", "1")),
    *(("karpenter.sh/disrupted", "x"), ("karpenter.sh/disruption", "disrupting")),
    *(("node.cloudprovider.kubernetes.io/shutdown", "x"), ("node.kubernetes.io/unreachable", "x")),
    *(("aws-node-termination-handler/spot-itn", "x"), ("node.kubernetes.io/out-of-service", "x")),
    ("cloud.google.com/impending-node-termination", "x"),
    *(("autoscaling.cast.ai/draining", "true"), ("autoscaling.cast.ai/draining", "spot-fallback")),
    *(("kubevirt.io/drain", "x"), ("weave.works/kured-node-reboot", "x")),
    ("UpdateInProgress", "x"),
    ("medik8s.io/remediation", "self-node-remediation"),
    *(("remediator.kubernetes.azure.com/unschedulable", "x"), ("remediator.aks.example/a", "x")),
    *(("remediator.aks.microsoft.com/unschedulable", "x"), ("example.com/unreachable", "x")),
]


def _selector(key, value):
    said = {"job.nodeSelector": {"matchKey": key, "matchValue": value}}
    return Case(f"the node selector {key}={value}", said, FORBIDDEN, "nodeSelector: ")


def _toleration(key, value):
    said = {"job.toleration": {"key": key, "value": value}}
    return Case(f"the toleration {key}={value}", said, FORBIDDEN, "tolerations[0]: ")


SELECTORS = [_selector(key, value) for key, value in CONTROL_PLANES]
TOLERATIONS = [_toleration(key, value) for key, value in (*KEPT_FREE, *NOT_READY, *GOING)]

# The record of a message of somebody else, with the callbacks that nobody accepted.
RECORD = "sqs-k8s-jobs-0123456789abcdef0123456789abcdef"
RECORDS = [
    Case(
        *(f"the ConfigMap {name}", {"job.envRef": [{"name": name, "type": "configMap"}]}),
        *(FORBIDDEN, f"envFrom[0].configMapRef.name: '{name}' is never allowed"),
    )
    for name in (RECORD, "sqs-k8s-jobs-settings")
]
RECORDS += [Case("where records are", {"job.namespace": "sqs-k8s-jobs"}, FORBIDDEN, "namespace")]

CASES = [*RECORDS, *LABELS, *SELECTORS, *TOLERATIONS]
