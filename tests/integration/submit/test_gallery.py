"""The gallery of the docs: each is what it says on a real API server, and runs where it can."""

import json
from pathlib import Path

import pytest
import yaml
from kit.builders.messages import LONG, REAL
from kit.paths import DOCS
from kit.wait import until

GALLERY = DOCS / "how-to" / "gallery"
RESOURCES = {"cpu": "1", "memory": "1Gi"}
EVERYWHERE = {"nodeSelector": None}


@pytest.fixture
def made(submit, message, jobs):
    """Submit a message with variables of the gallery; return its Job as the API server has it."""

    def run(name, message_id, variables=None, service="example", **job):
        body = {**message(message_id, **job), "service": service}
        body["job"] = {field: value for field, value in body["job"].items() if value is not None}
        own = yaml.safe_load((GALLERY / name).read_text("utf-8")) if name else {}
        done = submit(body, **own, **(variables or {}))
        assert [one["outcome"] for one in done.events] == ["created"], done.stdout
        (found,) = [
            one
            for one in jobs.all()
            if one["metadata"]["annotations"]["sqs-k8s.jobs/message-id"] == message_id
        ]
        return found

    return run


@pytest.fixture
def refused(submit, message):
    """Submit a message with variables of the gallery that the policy refuses; return its words."""

    def run(name, message_id, **job):
        own = yaml.safe_load((GALLERY / name).read_text("utf-8"))
        done = submit(message(message_id, **job), **own)
        (event,) = done.events
        assert (event["outcome"], event["error_code"]) == ("rejected", "A114")
        return event["error"]

    return run


def pod(job):
    return job["spec"]["template"]["spec"]


def limits(job):
    return pod(job)["containers"][0]["resources"]["limits"]


def test_every_file_of_the_gallery_has_a_test():
    tests = Path(__file__).read_text("utf-8")

    for path in GALLERY.iterdir():
        assert f'"{path.name}' in tests, path.name


def test_plain_is_what_there_is_without_any_variables(made):
    spec = pod(made(None, "gallery-plain"))

    assert (spec["restartPolicy"], spec["enableServiceLinks"]) == ("Never", False)
    assert "initContainers" not in spec


def test_whole_gpus_are_on_nodes_of_their_own(made):
    job = made("gpu.yml", "gallery-gpu", gpuEnable=True, gpuNumber=2, **EVERYWHERE)

    assert limits(job) == {"nvidia.com/gpu": "2"}
    assert pod(job)["nodeSelector"] == {"pool": "gpu"}
    (toleration,) = pod(job)["tolerations"]
    assert (toleration["key"], toleration["operator"]) == ("nvidia.com/gpu", "Exists")
    assert "podAntiAffinity" in pod(job)["affinity"]


def test_slices_of_gpus_share_hosts_and_whole_ones_have_a_ceiling(made, refused):
    job = made("gpu-mig.yml", "gallery-mig", gpuEnable=True, gpuNumber=3)

    assert limits(job) == {"nvidia.com/mig-1g.5gb": "3"}
    assert "affinity" not in pod(job)
    words = refused("gpu-mig.yml", "gallery-mig-many", gpuEnable=True, gpuNumber=8)
    assert "nvidia.com/mig-1g.5gb are above the ceiling of 7" in words


def test_gpus_that_are_shared_in_turns_are_a_resource_of_their_own(made):
    job = made("gpu-time-sliced.yml", "gallery-shared", gpuEnable=True)

    assert limits(job) == {"nvidia.com/gpu.shared": "1"}
    assert pod(job)["nodeSelector"]["nvidia.com/gpu.sharing-strategy"] == "time-slicing"
    assert "affinity" not in pod(job)


def test_fargate_takes_the_profiles_label_and_wants_limits(made, refused):
    fargate = {"key": "WorkerType", "value": "fargate"}
    resources = {"limits": RESOURCES, "requests": RESOURCES}

    job = made("fargate.yml", "gallery-fargate", fargate=fargate, resources=resources)

    assert job["spec"]["template"]["metadata"]["labels"]["WorkerType"] == "fargate"
    assert "has no limit of cpu" in refused("fargate.yml", "gallery-fargate-no", fargate=fargate)
    other = {"key": "Other", "value": "fargate"}
    words = refused("fargate.yml", "gallery-fargate-other", fargate=other, resources=resources)
    assert "'Other' is not allowed" in words


def test_kueues_jobs_wait_suspended_and_are_not_late(made, report, receiver, jobs):
    job = made("kueue.yml", "gallery-kueue")
    other = made("kueue.yml", "gallery-kueue-training", service="training")

    assert job["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == "batch"
    assert other["metadata"]["labels"]["kueue.x-k8s.io/queue-name"] == "training"
    report("gallery-kueue", report_start_timeout=0)
    assert receiver.statuses_of("gallery-kueue") == [0]

    jobs.kubectl("patch", "job", job["metadata"]["name"], "-p", '{"spec": {"suspend": false}}')
    name = job["metadata"]["name"]
    until(lambda: "Complete" in jobs.kubectl("get", "job", name), "the Job is complete")
    report("gallery-kueue")
    assert receiver.statuses_of("gallery-kueue") == [0, 1, 2]


def test_istios_proxy_is_asked_for_as_a_native_sidecar(made):
    metadata = made("istio.yml", "gallery-istio")["spec"]["template"]["metadata"]

    assert metadata["labels"]["sidecar.istio.io/inject"] == "true"
    assert metadata["annotations"]["sidecar.istio.io/nativeSidecar"] == "true"


def test_on_spot_nodes_a_lost_pod_is_no_failure(made):
    job = made("karpenter-spot.yml", "gallery-spot", **EVERYWHERE)

    assert job["spec"]["backoffLimit"] == 3
    assert [one["action"] for one in job["spec"]["podFailurePolicy"]["rules"]] == [
        "Ignore",
        "FailJob",
    ]
    assert pod(job)["nodeSelector"] == {"karpenter.sh/capacity-type": "spot"}


def test_an_indexed_job_has_as_many_pieces_as_its_message_says(made, report, receiver, jobs):
    own = {
        "submit_template": str(GALLERY / "indexed"),
        "submit_extra_schemas": [str(GALLERY / "indexed" / "pieces.schema.json")],
    }

    job = made(None, "gallery-indexed", own, pieces=3, env=LONG)

    assert (job["spec"]["completionMode"], job["spec"]["completions"]) == ("Indexed", 3)
    jobs.until_running()
    report("gallery-indexed")
    heard = [one.body["detail"] for one in receiver.callbacks() if one.body["status"] == 1]
    assert len({detail["podName"] for detail in heard}) == 3


@pytest.mark.usefixtures("real_node")
def test_a_sidecar_does_not_keep_a_job_from_its_end(made, jobs, report, receiver):
    command = ["sh", "-c", "echo one >> /shared/log"]

    job = made("sidecar.yml", "gallery-sidecar", command=command, **REAL)

    assert pod(job)["initContainers"][0]["restartPolicy"] == "Always"
    name = job["metadata"]["name"]
    until(lambda: "Complete" in jobs.kubectl("get", "job", name), "the Job is complete")
    report("gallery-sidecar")
    assert receiver.statuses_of("gallery-sidecar") == [0, 1, 2]


def test_a_golden_case_shows_what_a_file_of_the_gallery_does(playbook, message, tmp_path):
    (tmp_path / "case.json").write_text(json.dumps(message("gallery-golden")))
    own = yaml.safe_load((GALLERY / "istio.yml").read_text("utf-8"))

    playbook("golden.yml", submit_golden=str(tmp_path), submit_golden_accept=True, **own)

    assert "nativeSidecar: 'true'" in (tmp_path / "case.yaml").read_text()
