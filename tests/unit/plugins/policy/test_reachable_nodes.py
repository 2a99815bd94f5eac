"""Nodes that messages do not reach: what SECURITY.md says of them, sentence by sentence."""

import pytest
import yaml
from data.hostile.trusted import CONTROL_PLANES, GOING, KEPT_FREE, NOT_READY
from kit.builders.policies import POLICY, policy
from kit.builders.rendering import message, render

GPU = POLICY.parents[4] / "docs" / "how-to" / "gallery" / "gpu.yml"


def selected(key, value, **rules):
    selector = {"matchKey": key, "matchValue": value}
    (one,) = render(message(nodeSelector=selector), rules=rules)
    return one["error"]


def tolerated(key, value):
    (one,) = render(message(toleration={"key": key, "value": value}))
    return one["error"]


@pytest.mark.parametrize(("key", "value"), CONTROL_PLANES)
def test_a_message_selects_no_node_by_what_installers_call_a_control_plane(key, value):
    said = f"forbidden by policy: spec.template.spec.nodeSelector: '{key}={value}"

    assert selected(key, value)["message"].startswith(said[:100])


@pytest.mark.parametrize(("key", "value"), KEPT_FREE)
def test_a_message_tolerates_no_taint_of_a_reserved_node(key, value):
    assert tolerated(key, value)["errorCode"] == "A114"


@pytest.mark.parametrize(("key", "value"), NOT_READY)
def test_a_message_tolerates_no_taint_of_a_node_that_is_not_ready(key, value):
    assert tolerated(key, value)["errorCode"] == "A114"


@pytest.mark.parametrize(("key", "value"), GOING)
def test_a_message_tolerates_no_taint_of_a_node_that_is_going(key, value):
    assert tolerated(key, value)["errorCode"] == "A114"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("kubernetes.io/hostname", "k8s-node-1"), ("kubernetes.io/arch", "arm64")),
        *(("topology.kubernetes.io/zone", "eu-central-1a"), ("pool", "gpu"), ("disk", "ssd")),
        *(("node.kubernetes.io/instance-type", "m5.large"), ("karpenter.sh/capacity-type", "spot")),
        *(("cloud.google.com/gke-nodepool", "jobs"), ("eks.amazonaws.com/nodegroup", "jobs")),
        *(("nvidia.com/gpu.product", "A100"), ("agentpool", "jobs"), ("role", "batch")),
    ],
)
def test_a_node_whose_labels_say_none_of_this_can_be_selected(key, value):
    assert selected(key, value) is None
    listed = {"node_selectors": ["pool=*"]}
    assert (selected(key, value, **listed) is None) == (key == "pool")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("key", "value"), ("dedicated", "batch"), ("nvidia.com/gpu", "present"), ("spot", "yes")),
        *(("kubernetes.azure.com/scalesetpriority", "spot"), ("kubernetes.io/arch", "arm64")),
        *(("cloud.google.com/gke-spot", "true"), ("eks.amazonaws.com/compute-type", "fargate")),
    ],
)
def test_a_message_tolerates_the_taint_of_a_pool_for_jobs(key, value):
    assert tolerated(key, value) is None


def test_the_gallerys_list_of_tolerations_is_the_roles_and_that_of_gpus():
    own = yaml.safe_load(GPU.read_text("utf-8"))["submit_policy_tolerations"]

    assert own == ["nvidia.com/gpu=*", *policy()["tolerations"]]
