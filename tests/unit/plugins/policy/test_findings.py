"""The policy's findings about a Job, and a verdict in words on any Job."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.manifest.job_manifest import (
    InvalidManifest,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy import checks
from hypothesis import given
from hypothesis import strategies as st
from kit.builders.policies import allows, rules

SECRET = {"secretKeyRef": {"name": "keys", "key": "a"}}
LIMITED = {"resources": {"limits": {"cpu": 1}}}


def a_job(spec=None, metadata=None, **job):
    return {"metadata": metadata or {}, "spec": {"template": {"spec": spec or {}}, **job}}


def app(**fields):
    return {"containers": [{"image": "busybox", **fields}]}


def volume(**source):
    return {"volumes": [{"name": "a", **source}]}


def claiming(field, name, kind="PersistentVolumeClaim"):
    return volume(
        ephemeral={"volumeClaimTemplate": {"spec": {field: {"kind": kind, "name": name}}}}
    )


def tolerating(**toleration):
    return {"tolerations": [toleration]}


@pytest.mark.parametrize(
    ("own", "spec", "fine"),
    [
        ({"images": ["busybox"]}, app(), True),
        ({"images": ["docker.io/library/*"]}, app(), True),
        ({"images": ["*", "!docker.io/*"]}, app(), False),
        ({"images": ["busybox:1"]}, app(), False),
        ({"images": ["registry.example/*"]}, app(image="registry.example/a"), True),
        ({"images": ["busybox"]}, {**app(), "initContainers": [{"image": "x"}]}, False),
        ({"images": ["busybox"]}, volume(image={"reference": "x"}), False),
        ({"service_accounts": ["a"]}, {"serviceAccountName": "a"}, True),
        ({"service_accounts": ["a"]}, {"serviceAccountName": "a", "serviceAccount": "b"}, False),
        ({"service_accounts": ["a"]}, {"serviceAccount": "b"}, False),
        ({"service_accounts": ["a"]}, {}, False),
        ({"service_accounts": ["a"]}, {"serviceAccountName": ""}, False),
        ({"volume_claims": ["a"]}, volume(persistentVolumeClaim={"claimName": "a"}), True),
        ({"volume_claims": ["a"]}, volume(persistentVolumeClaim={"claimName": "b"}), False),
        ({"config_maps": ["a"]}, app(envFrom=[{"configMapRef": {"name": "b"}}]), False),
        ({"config_maps": ["a"]}, volume(configMap={"name": "b"}), False),
        ({"secrets": ["keys"]}, app(env=[{"name": "A", "valueFrom": SECRET}]), True),
        ({}, app(env=[{"name": "A", "valueFrom": SECRET}]), False),
        ({}, {"initContainers": [{"env": [{"valueFrom": SECRET}]}]}, False),
        ({}, app(env=[{"name": "secretName", "value": "keys"}]), True),
        ({}, volume(secret={"secretName": "keys"}), False),
        *(
            (
                {"config_maps": ["a"]},
                app(env=[{"valueFrom": {"configMapKeyRef": {"name": name}}}]),
                fine,
            )
            for name, fine in (("a", True), ("b", False))
        ),
        *(
            ({"volume_claims": ["a"]}, claiming(field, name), fine)
            for field in ("dataSource", "dataSourceRef")
            for name, fine in (("a", True), ("b", False))
        ),
        ({"volume_claims": ["a"]}, claiming("dataSource", "b", kind="VolumeSnapshot"), True),
        ({"volume_claims": ["a"]}, claiming("owner", "b"), True),
        ({}, volume(projected={"sources": [{}, {"secret": {"name": "keys"}}]}), False),
        ({}, volume(csi={"nodePublishSecretRef": {"name": "keys"}}), False),
        ({}, volume(csi={"volumeAttributes": {"secretname": "keys"}}), False),
        ({"node_selectors": ["a=*"]}, {"nodeSelector": {"a": "b"}}, True),
        ({"node_selectors": ["a=*"]}, {"nodeSelector": {"a": "b", "c": "d"}}, False),
        ({"tolerations": ["a=b"]}, tolerating(key="a", value="b"), True),
        ({"tolerations": ["a=b"]}, tolerating(key="a", value="c", operator="Equal"), False),
        ({"tolerations": ["*"]}, tolerating(key="a", operator="Exists"), False),
        ({"tolerations": ["a=*"]}, tolerating(key="a", operator="Exists"), True),
        ({"tolerations": ["a=*"]}, tolerating(key="a", operator="Gt", value="1"), True),
        ({"tolerations": ["*", "a=*"]}, tolerating(operator="Exists"), False),
        ({"tolerations": ["*=*"]}, tolerating(operator="Exists"), True),
        ({"tolerations": ["*=v"]}, tolerating(value="v"), False),
        ({"ceilings": {"x.example/y": 1}}, app(resources={"limits": {"x.example/y": 2}}), False),
        ({"ceilings": {}}, app(resources={"limits": {"cpu": 1000}}), True),
        ({"require_limits": ["cpu"]}, app(), False),
        ({"require_limits": ["cpu"]}, app(**LIMITED), True),
        ({"require_limits": ["cpu"]}, {**app(**LIMITED), "initContainers": [{}]}, False),
        ({"require_limits": ["cpu"]}, {**app(), **LIMITED}, True),
        ({}, app(securityContext={"capabilities": {"add": ["CHOWN"]}}), False),
        ({"capabilities": ["*"]}, app(securityContext={"capabilities": {"add": ["ALL"]}}), False),
        ({"capabilities": ["ALL"]}, app(securityContext={"capabilities": {"add": ["ALL"]}}), True),
        ({"capabilities": ["A"]}, app(securityContext={"capabilities": {"add": ["A"]}}), True),
        ({"capabilities": ["A"]}, app(securityContext={"capabilities": {"add": ["CAP_A"]}}), True),
        (
            {"capabilities": ["cap_a"]},
            app(securityContext={"capabilities": {"add": ["cap_a"]}}),
            True,
        ),
        (
            {"capabilities": ["*", "!A"]},
            app(securityContext={"capabilities": {"add": ["a"]}}),
            False,
        ),
        (
            {"capabilities": ["*"]},
            app(securityContext={"capabilities": {"add": ["CAP_ALL"]}}),
            False,
        ),
        ({"capabilities": ["*"]}, app(securityContext={"capabilities": {"add": [1]}}), False),
        ({}, app(securityContext={"privileged": True}), False),
        ({"allow": ["privileged"]}, app(securityContext={"privileged": True}), True),
        ({"allow": ["privileged"]}, {"hostNetwork": True}, False),
        ({"pod_security": "privileged"}, {"hostNetwork": True}, True),
        ({"pod_security": "privileged"}, {"nodeName": "a"}, False),
        ({"allow": ["nodeName"]}, {"nodeName": "a"}, True),
        ({"pod_security": "privileged"}, {"ephemeralContainers": [{}]}, False),
        ({"pod_security": "restricted"}, app(), False),
    ],
)
def test_a_pod_is_allowed_by_what_the_operator_lists(own, spec, fine):
    assert allows(checks.check_job, a_job(spec), **own) is fine


@pytest.mark.parametrize(
    ("job", "own", "fine"),
    [
        (a_job(manualSelector=True), {}, False),
        (a_job(manualSelector=True), {"allow": ["manualSelector"]}, True),
        (a_job(metadata={"ownerReferences": [{}]}), {}, False),
        (a_job(metadata={"ownerReferences": []}), {}, True),
        (a_job(activeDeadlineSeconds=2), {"max_active_deadline_seconds": 1}, False),
        (a_job(activeDeadlineSeconds=None), {"max_active_deadline_seconds": 1}, True),
        (a_job(), {"max_backoff_limit": 5}, False),
        (a_job(backoffLimit=5), {"max_backoff_limit": "5"}, True),
    ],
)
def test_a_job_is_allowed_by_what_the_operator_lists(job, own, fine):
    assert allows(checks.check_job, job, **own) is fine


def test_three_findings_are_told_and_that_there_are_more():
    spec = {"hostNetwork": True, "hostPID": True, "hostIPC": True, "nodeName": "a"}

    with pytest.raises(
        checks.Forbidden, match=r"hostNetwork.*; .*hostPID.*; .*hostIPC.*; and more"
    ):
        checks.check_job(a_job(spec), rules())


FIELDS = st.sampled_from(
    [
        *("containers", "initContainers", "ephemeralContainers", "securityContext", "capabilities"),
        *("add", "drop", "volumes", "hostPath", "projected"),
        *("sources", "secret", "secretName", "name", "env"),
        *("envFrom", "valueFrom", "secretKeyRef", "configMap", "claimName"),
        *("dataSource", "kind", "image", "reference", "ports"),
        *("hostPort", "tolerations", "key", "operator", "nodeSelector"),
        *("resources", "limits", "requests", "cpu", "memory"),
        *("seccompProfile", "type", "sysctls", "windowsOptions", "serviceAccountName"),
        *("nodeName", "annotations", "lifecycle", "preStop", "httpGet"),
        *("host", "privileged"),
    ]
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), FIELDS),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(FIELDS, inner)),
    max_leaves=30,
)
PODS = st.one_of(
    VALUES,
    st.dictionaries(FIELDS, st.one_of(VALUES, st.lists(st.dictionaries(FIELDS, VALUES)))),
)


@pytest.mark.parametrize("level", ["privileged", "baseline", "restricted"])
@given(PODS)
def test_whatever_a_template_writes_is_refused_in_words_or_allowed(level, spec):
    own = rules(pod_security=level, require_limits=["cpu"], secrets=["*"])
    try:
        checks.check_job({"metadata": {}, "spec": {"template": {"spec": spec}}}, own)
    except (checks.Forbidden, InvalidManifest):
        return
