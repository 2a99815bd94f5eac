"""The Pod Security Standards, control by control: what breaks each, and what does not."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy.manifest_nodes import Pod
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy.pod_security import CONTROLS

TEMPLATE = "spec.template."
SPEC = TEMPLATE + "spec."
SAFE = {
    "allowPrivilegeEscalation": False,
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
    "capabilities": {"drop": ["ALL"]},
}


def broken(level, spec, **metadata):
    """The controls that a pod breaks, with the first path of each."""
    pod = Pod({"spec": {"template": {"metadata": metadata, "spec": spec}}})
    paths = {name: list(control(pod)) for name, control in CONTROLS[level].items()}
    return {name: found[0] for name, found in paths.items() if found}


def pod(**context):
    return {"containers": [{}], "securityContext": context}


def container(**context):
    return {"containers": [{}, {"securityContext": context}]}


def init(**context):
    return {"containers": [{}], "initContainers": [{"securityContext": context}]}


def app(**fields):
    return {"containers": [fields]}


def volume(**source):
    return {"containers": [], "volumes": [{"name": "a", "emptyDir": {}}, {"name": "b", **source}]}


@pytest.mark.parametrize(
    ("control", "path", "spec"),
    [
        (
            "hostProcess",
            "securityContext.windowsOptions.hostProcess",
            pod(windowsOptions={"hostProcess": True}),
        ),
        (
            "hostProcess",
            "containers[1].securityContext.windowsOptions.hostProcess",
            container(windowsOptions={"hostProcess": True}),
        ),
        ("hostNetwork", "hostNetwork", {"hostNetwork": True}),
        ("hostNetwork", "hostNetwork", {"hostNetwork": "false"}),
        ("hostPID", "hostPID", {"hostPID": True}),
        ("hostIPC", "hostIPC", {"hostIPC": True}),
        ("privileged", "containers[1].securityContext.privileged", container(privileged=True)),
        ("privileged", "containers[1].securityContext.privileged", container(privileged="no")),
        ("privileged", "initContainers[0].securityContext.privileged", init(privileged=True)),
        ("hostPath", "volumes[1].hostPath", volume(hostPath={"path": "/"})),
        ("hostPath", "volumes[1].hostPath", volume(hostPath="/")),
        ("hostPort", "containers[0].ports[0].hostPort", app(ports=[{"hostPort": 80}])),
        (
            "hostProbes",
            "containers[0].livenessProbe.httpGet.host",
            app(livenessProbe={"httpGet": {"host": "169.254.169.254"}}),
        ),
        (
            "hostProbes",
            "containers[0].lifecycle.preStop.tcpSocket.host",
            app(lifecycle={"preStop": {"tcpSocket": {"host": "other"}}}),
        ),
        (
            "appArmor",
            "securityContext.appArmorProfile.type",
            pod(appArmorProfile={"type": "Unconfined"}),
        ),
        ("seLinux", "securityContext.seLinuxOptions.type", pod(seLinuxOptions={"type": "spc_t"})),
        (
            "seLinux",
            "containers[1].securityContext.seLinuxOptions.user",
            container(seLinuxOptions={"user": "root"}),
        ),
        ("seLinux", "securityContext.seLinuxOptions.role", pod(seLinuxOptions={"role": "x"})),
        ("procMount", "containers[1].securityContext.procMount", container(procMount="Unmasked")),
        (
            "seccomp",
            "securityContext.seccompProfile.type",
            pod(seccompProfile={"type": "Unconfined"}),
        ),
        (
            "seccomp",
            "initContainers[0].securityContext.seccompProfile.type",
            init(seccompProfile={"type": "Unconfined"}),
        ),
        (
            "sysctls",
            "securityContext.sysctls[0].name",
            pod(sysctls=[{"name": "kernel.msgmax", "value": "1"}]),
        ),
    ],
)
def test_baseline_refuses(control, path, spec):
    assert broken("baseline", spec) == {control: SPEC + path}


@pytest.mark.parametrize(
    ("control", "name", "value"),
    [
        ("appArmor", "container.apparmor.security.beta.kubernetes.io/job", "unconfined"),
        ("seccomp", "seccomp.security.alpha.kubernetes.io/pod", "unconfined"),
        ("seccomp", "container.seccomp.security.alpha.kubernetes.io/job", "unconfined"),
    ],
)
def test_baseline_refuses_the_annotations_of_older_clusters(control, name, value):
    path = f"{TEMPLATE}metadata.annotations.{name}"

    assert broken("baseline", {}, annotations={name: value}) == {control: path}
    assert broken("baseline", {}, annotations={name: "runtime/default"}) == {}
    assert broken("baseline", {}, annotations={name: "localhost/own"}) == {}


@pytest.mark.parametrize(
    "spec",
    [
        *({}, {"containers": None}, {"securityContext": None}, app(securityContext=None)),
        {"hostNetwork": False, "hostPID": None, "hostIPC": False},
        container(privileged=False, procMount="Default", runAsUser=0),
        volume(persistentVolumeClaim={"claimName": "a"}),
        volume(hostPath=None),
        app(ports=[{"containerPort": 80}, {"containerPort": 81, "hostPort": 0}]),
        app(livenessProbe={"httpGet": {"port": 80, "host": ""}}),
        pod(appArmorProfile={"type": "Localhost"}, seccompProfile={"type": "RuntimeDefault"}),
        pod(seLinuxOptions={"type": "container_t", "level": "s0:c1"}),
        pod(sysctls=[{"name": "net.ipv4.tcp_syncookies", "value": "1"}]),
    ],
)
def test_baseline_allows(spec):
    assert broken("baseline", spec) == {}


@pytest.mark.parametrize(
    ("control", "path", "context"),
    [
        (
            "allowPrivilegeEscalation",
            "allowPrivilegeEscalation",
            {"allowPrivilegeEscalation": True},
        ),
        (
            "allowPrivilegeEscalation",
            "allowPrivilegeEscalation",
            {"allowPrivilegeEscalation": None},
        ),
        ("runAsNonRoot", "runAsNonRoot", {"runAsNonRoot": None}),
        ("runAsNonRoot", "runAsNonRoot", {"runAsNonRoot": False}),
        ("runAsUser", "runAsUser", {"runAsUser": 0}),
        ("seccomp", "seccompProfile", {"seccompProfile": None}),
        ("dropAll", "capabilities.drop", {"capabilities": None}),
        ("dropAll", "capabilities.drop", {"capabilities": {"drop": ["CHOWN"]}}),
    ],
)
def test_restricted_refuses_beside_it(control, path, context):
    spec = {"containers": [{"securityContext": SAFE}, {"securityContext": {**SAFE, **context}}]}

    assert broken("restricted", spec) == {control: f"{SPEC}containers[1].securityContext.{path}"}


@pytest.mark.parametrize("source", ["nfs", "hostPath", "gitRepo", "image", "unheard"])
def test_restricted_takes_no_volume_but_those_of_its_list(source):
    assert broken("restricted", volume(**{source: {}}))["volumeTypes"] == (
        f"{SPEC}volumes[1].{source}"
    )
    assert broken("restricted", volume(projected={}, nfs=None)) == {}


def test_restricted_takes_what_the_pod_says_for_all_containers():
    context = {"runAsNonRoot": True, "seccompProfile": {"type": "Localhost"}, "runAsUser": 1000}
    own = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    spec = {"securityContext": context, "containers": [{"securityContext": own}]}

    assert broken("restricted", spec) == {}
    spec["containers"][0]["securityContext"] = {**own, "runAsNonRoot": False}
    assert list(broken("restricted", spec)) == ["runAsNonRoot"]


def test_privileged_refuses_nothing():
    assert broken("privileged", {"hostNetwork": True, **container(privileged=True)}) == {}
