"""The variables submit_job_*: what operators add to every Job without a template of their own."""

import pytest
import yaml
from ansible.errors import AnsibleError
from kit.builders.rendering import ROLE, SITE, manifest, message

SIDECAR = {"name": "logs", "image": "busybox", "command": ["tail", "-F", "/logs/job"]}


def made(variables, **job):
    return manifest(message(**job), **variables)


def pod(variables, **job):
    return made(variables, **job)["spec"]["template"]["spec"]


def test_labels_and_annotations_are_the_jobs_and_its_pods():
    own = {"labels": {"team": "blue"}, "annotations": {"note": "{ #1"}}

    job = made(own)

    for owner in (job, job["spec"]["template"]):
        assert owner["metadata"]["labels"]["team"] == "blue"
        assert owner["metadata"]["annotations"]["note"] == "{ #1"


@pytest.mark.parametrize("key", ["tier", "app.kubernetes.io/name", "sidecar.istio.io/inject"])
def test_a_label_of_the_operators_holds_whatever_else_sets_it(key):
    job = made({"labels": {key: "own"}}, fargate={"key": "tier", "value": "theirs"})

    assert job["spec"]["template"]["metadata"]["labels"][key] == "own"


def test_jobs_go_to_the_operators_nodes_and_gpu_jobs_to_their_own():
    own = {
        "node_selector": {"pool": "cpu", "arch": "amd64"},
        "tolerations": [{"key": "batch", "value": "yes"}],
        "gpu_node_selector": {"pool": "gpu"},
        "gpu_tolerations": [{"key": "gpu", "value": "yes"}],
    }

    assert pod(own)["nodeSelector"] == {"pool": "cpu", "arch": "amd64"}
    assert [one["key"] for one in pod(own)["tolerations"]] == ["batch"]
    assert pod(own, gpuEnable=True)["nodeSelector"] == {"pool": "gpu", "arch": "amd64"}
    assert [one["key"] for one in pod(own, gpuEnable=True)["tolerations"]] == ["batch", "gpu"]


def test_a_message_chooses_nodes_within_the_operators():
    own = {"node_selector": {"pool": "batch"}, "tolerations": [{"key": "b"}]}
    selector = {"matchKey": "zone", "matchValue": "a"}
    toleration = {"key": "a", "value": "1"}

    spec = pod(own, nodeSelector=selector, toleration=toleration)

    assert spec["nodeSelector"] == {"zone": "a", "pool": "batch"}
    assert [one["key"] for one in spec["tolerations"]] == ["a", "b"]


def test_a_message_does_not_choose_other_nodes_than_the_operators():
    selector = {"matchKey": "pool", "matchValue": "mine"}

    spec = pod({"node_selector": {"pool": "batch"}}, nodeSelector=selector)

    assert spec["nodeSelector"] == {"pool": "batch"}


def test_a_gpu_is_the_resource_that_the_operator_says():
    own = {
        "gpu_resource": "nvidia.com/mig-1g.5gb",
        "gpu_exclusive_host": False,
    }

    spec = pod(own, gpuEnable=True, gpuNumber=2)

    assert spec["containers"][0]["resources"]["limits"] == {"nvidia.com/mig-1g.5gb": 2}
    assert "affinity" not in spec


def test_images_are_pulled_with_the_operators_secrets():
    own = {"image_pull_secrets": ["registry", "mirror"]}

    assert pod(own)["imagePullSecrets"] == [{"name": "registry"}, {"name": "mirror"}]


def test_retries_are_the_messages_where_it_says_so_and_else_the_operators():
    own = {"backoff_limit": 3}

    assert made(own)["spec"]["backoffLimit"] == 3
    assert made(own, backoffLimit=0)["spec"]["backoffLimit"] == 0


def test_a_service_has_values_of_its_own_in_place_of_the_general_ones():
    own = {"priority_class": "low", "labels": {"team": "blue"}}
    own["services"] = {"example": {"priority_class": "urgent"}, "other": {"labels": {"a": "b"}}}

    job = made(own)

    assert job["spec"]["template"]["spec"]["priorityClassName"] == "urgent"
    assert job["metadata"]["labels"]["team"] == "blue"


@pytest.mark.parametrize(
    ("services", "said"),
    [
        ([], "submit_job_services is not a dictionary"),
        ({"a": "b"}, "submit_job_services.a is not a dictionary"),
        ({"a": {"lables": {}}}, "submit_job_services.a.lables is none of .*, labels, "),
        ({"a": {"labels": []}}, "submit_job_services.a.labels is not a dictionary"),
        ({"a": {"sidecars": {}}}, "submit_job_services.a.sidecars is not a list"),
    ],
)
def test_a_wrong_value_of_a_service_is_named(services, said):
    with pytest.raises(AnsibleError, match=said):
        made({"services": services})


def test_a_sidecar_starts_before_the_container_and_ends_after_it():
    (sidecar,) = pod({"sidecars": [SIDECAR]})["initContainers"]

    assert sidecar == {**SIDECAR, "restartPolicy": "Always"}


def test_volumes_of_the_operators_stand_beside_the_messages():
    own = {
        "volumes": [{"name": "shm", "emptyDir": {"medium": "Memory"}}],
        "volume_mounts": [{"name": "shm", "mountPath": "/dev/shm"}],
    }
    volume = {"mountPath": "data", "pvc": "data"}

    alone, beside = pod(own), pod(own, volume=volume)

    assert [one["name"] for one in alone["volumes"]] == ["shm"]
    assert [one["name"] for one in beside["volumes"]] == ["volume", "shm"]
    mounts = beside["containers"][0]["volumeMounts"]
    assert [one["mountPath"] for one in mounts] == ["/data", "/dev/shm"]


def test_security_contexts_are_the_pods_and_its_containers():
    own = {
        "pod_security_context": {"runAsNonRoot": True},
        "security_context": {"allowPrivilegeEscalation": False},
    }

    spec = pod(own)

    assert spec["securityContext"] == {"runAsNonRoot": True}
    assert spec["containers"][0]["securityContext"] == {"allowPrivilegeEscalation": False}


def test_any_other_field_of_job_and_pod_is_one_line():
    own = {
        "spec": {"suspend": True, "podFailurePolicy": {"rules": []}},
        "pod_spec": {"runtimeClassName": "nvidia"},
    }

    job = made(own)

    assert (job["spec"]["suspend"], job["spec"]["podFailurePolicy"]) == (True, {"rules": []})
    assert job["spec"]["template"]["spec"]["runtimeClassName"] == "nvidia"


def test_a_text_of_the_operators_is_no_template_within_a_template():
    assert made({"labels": {"a": "{{ 1 }}"}})["metadata"]["labels"]["a"] == "{{ 1 }}"


def test_the_role_gives_the_template_each_variable():
    composed = yaml.safe_load((ROLE / "vars" / "main.yml").read_text("utf-8"))["submit_site"]

    assert composed == {name: f"{{{{ submit_job_{name} }}}}" for name in SITE}
