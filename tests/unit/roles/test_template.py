"""The role's own template: each field of the contract, and where it arrives in the Job."""

import pytest
import yaml
from kit.builders.rendering import entry, manifest, message, render


def pod_spec(**job):
    return manifest(message(**job))["spec"]["template"]["spec"]


def container(**job):
    (only,) = pod_spec(**job)["containers"]
    return only


def pod_labels(message_id="one", **job):
    return manifest(message(message_id, **job))["spec"]["template"]["metadata"]["labels"]


def test_the_specifications_message_becomes_the_job_that_it_always_became(golden):
    made = manifest((golden / "seed.json").read_text("utf-8"))

    assert made == yaml.safe_load((golden / "seed.manifest.yaml").read_text("utf-8"))


def test_the_least_message_becomes_a_job_with_the_defaults():
    made = manifest(message())

    assert made["spec"]["backoffLimit"] == 0
    assert made["spec"]["template"]["spec"] == {
        "restartPolicy": "Never",
        "enableServiceLinks": False,
        "containers": [
            {
                "name": "job",
                "image": "busybox",
                "imagePullPolicy": "IfNotPresent",
                "resources": {"requests": {}, "limits": {}},
            }
        ],
    }


def test_service_is_the_name_label_of_job_and_pods():
    made = manifest({**message(), "service": "billing"})

    for labels in (made["metadata"]["labels"], made["spec"]["template"]["metadata"]["labels"]):
        assert labels["app.kubernetes.io/name"] == "billing"


@pytest.mark.parametrize(
    ("field", "value"),
    [("ttlSecondsAfterFinished", 60), ("backoffLimit", 4), ("activeDeadlineSeconds", 1)],
)
def test_a_number_of_the_job_is_its_own(field, value):
    assert manifest(message(**{field: value}))["spec"][field] == value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("image", "registry.example:5000/team/tool@sha256:0123"),
        ("imagePullPolicy", "Always"),
        ("command", ["sh", "-c", "exit 3"]),
        ("command", [""]),
        ("args", ["--depth", "7"]),
        ("env", [{"name": "A", "value": "yes"}, {"name": "B.c", "value": ""}]),
        ("resources", {"limits": {"cpu": "1"}, "requests": {"memory": "1Gi", "cpu": 0.5}}),
    ],
)
def test_a_field_of_the_container_arrives_as_it_is(field, value):
    assert container(**{field: value})[field] == value


def test_limits_alone_leave_the_requests_empty():
    assert container(resources={"limits": {"cpu": 2}})["resources"] == {
        "limits": {"cpu": 2},
        "requests": {},
    }


def test_env_ref_takes_all_variables_of_config_maps_and_secrets():
    sources = [{"name": "settings", "type": "configMap"}, {"name": "keys", "type": "secret"}]

    assert container(envRef=sources)["envFrom"] == [
        {"configMapRef": {"name": "settings"}},
        {"secretRef": {"name": "keys"}},
    ]


def test_the_service_account_is_the_pods():
    assert pod_spec(serviceAccount="robot")["serviceAccountName"] == "robot"


def test_a_node_selector_is_one_key_and_its_value():
    selector = {"matchKey": "kubernetes.io/hostname", "matchValue": "k8s-node-1"}

    assert pod_spec(nodeSelector=selector)["nodeSelector"] == {
        "kubernetes.io/hostname": "k8s-node-1"
    }


def test_a_toleration_is_equal_and_no_schedule():
    assert pod_spec(toleration={"key": "dedicated", "value": "true"})["tolerations"] == [
        {"key": "dedicated", "operator": "Equal", "value": "true", "effect": "NoSchedule"}
    ]


def test_fargate_is_one_more_label_of_the_pods_and_not_of_the_job():
    made = manifest(message(fargate={"key": "WorkerType", "value": "fargate"}))

    assert made["spec"]["template"]["metadata"]["labels"]["WorkerType"] == "fargate"
    assert "WorkerType" not in made["metadata"]["labels"]


@pytest.mark.parametrize(
    ("given", "mounted"),
    [
        ("workdir", "/workdir"),
        ("/data/in", "/data/in"),
        ("a/b", "/a/b"),
        ("//a", "/a"),
        ("a/", "/a/"),
    ],
)
@pytest.mark.parametrize("spelling", ["volume", "volume:"])
def test_a_volume_is_mounted_under_the_root_where_its_path_is_relative(given, mounted, spelling):
    spec = pod_spec(**{spelling: {"mountPath": given, "pvc": "ps-pvc"}})

    (mount,), (volume,) = spec["containers"][0]["volumeMounts"], spec["volumes"]
    assert mount == {"name": volume["name"], "mountPath": mounted}
    assert volume["persistentVolumeClaim"] == {"claimName": "ps-pvc"}


def test_a_gpu_job_has_its_limit_its_label_and_a_host_of_its_own():
    spec = pod_spec(gpuEnable=True, gpuNumber=2, resources={"limits": {"cpu": "1"}})

    assert spec["containers"][0]["resources"]["limits"] == {"cpu": "1", "nvidia.com/gpu": 2}
    assert pod_labels(gpuEnable=True)["gpuType"] == "1"
    (term,) = spec["affinity"]["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert term == {
        "topologyKey": "kubernetes.io/hostname",
        "labelSelector": {"matchLabels": {"gpuType": "1"}},
    }


def test_a_gpu_job_has_one_gpu_unless_it_says_how_many():
    assert container(gpuEnable=True)["resources"]["limits"] == {"nvidia.com/gpu": 1}


@pytest.mark.parametrize("job", [{}, {"gpuEnable": False, "gpuNumber": 2}])
def test_without_gpu_enable_there_is_nothing_of_a_gpu(job):
    assert container(**job)["resources"]["limits"] == {}
    assert "affinity" not in pod_spec(**job)
    assert "gpuType" not in pod_labels(**job)


def test_the_pods_carry_the_id_where_it_is_a_label_value():
    assert pod_labels("job-1")["jobId"] == "job-1"
    assert "jobId" not in pod_labels("not a label value")
    assert "jobId" not in pod_labels("x" * 64)


def test_istio_leaves_the_pods_alone():
    assert pod_labels()["sidecar.istio.io/inject"] == "false"


def test_many_messages_are_rendered_in_their_order():
    bodies = [message(f"id-{number}") for number in range(20)]

    rendered = render(*bodies)

    digests = [entry(body)["id_label"] for body in bodies]
    assert [one["id_label"] for one in rendered] == digests
    assert len({one["name"] for one in rendered}) == len(bodies)
