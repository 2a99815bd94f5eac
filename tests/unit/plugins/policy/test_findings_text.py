"""A finding of the policy, as a sentence: the place, its value, and the allowed value."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.common import sizes
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.manifest.job_manifest import (
    InvalidManifest,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy import checks
from kit.builders.policies import rules

POD = "spec.template.spec"
PRIVILEGED = {"pod_security": "privileged"}


def a_job(spec, metadata=None, **job):
    return {"metadata": metadata or {}, "spec": {"template": {"spec": spec}, **job}}


def refused(made, **own):
    with pytest.raises(checks.Forbidden) as forbidden:
        checks.check_job(made, rules(**own))
    return str(forbidden.value).removeprefix("forbidden by policy: ")


@pytest.mark.parametrize(
    ("spec", "own", "said"),
    [
        (
            {"containers": [{"image": "a"}]},
            {"images": ["b"]},
            ".containers[0].image: 'a' is not allowed (allowed: b)",
        ),
        (
            {},
            {"service_accounts": ["a"]},
            ".serviceAccountName: 'default' is not allowed (allowed: a)",
        ),
        (
            {"serviceAccountName": "b"},
            {"service_accounts": ["a"]},
            ".serviceAccountName: 'b' is not allowed (allowed: a)",
        ),
        (
            {"nodeSelector": {"a": "b"}},
            {"node_selectors": ["c=d"]},
            ".nodeSelector: 'a=b' is not allowed (allowed: c=d)",
        ),
        (
            {"tolerations": [{"key": "a", "value": "b"}]},
            {"tolerations": ["c=d"]},
            ".tolerations[0]: 'a=b' is not allowed (allowed: c=d)",
        ),
        (
            {"resources": {"limits": {"cpu": 2}}},
            {"ceilings": {"cpu": 1}},
            ": its limits of cpu are above the ceiling of 1",
        ),
        (
            {"containers": [{"image": "a"}]},
            {"require_limits": ["cpu"]},
            ".containers[0] has no limit of cpu",
        ),
        ({"hostPID": True}, {}, ".hostPID breaks hostPID of pod security baseline"),
        (
            {"containers": [{"securityContext": {"capabilities": {"add": ["X"]}}}]},
            {"images": ["*"], "capabilities": ["A"]},
            ".containers[0].securityContext.capabilities.add: 'X' is not allowed (allowed: A)",
        ),
        ({"nodeName": "a"}, {}, ".nodeName is not allowed"),
        ({"ephemeralContainers": [{}]}, PRIVILEGED, ".ephemeralContainers is not allowed"),
    ],
)
def test_a_finding_is_one_sentence(spec, own, said):
    made = a_job({"serviceAccountName": "default", **spec} if spec else spec)
    own = {"service_accounts": ["default"], "images": ["*"], **own}

    assert refused(made, **own).partition("; ")[0] == POD + said


def test_a_number_above_its_limit_is_told_with_the_limit():
    made = a_job({"serviceAccountName": "default"}, backoffLimit=6)

    assert refused(made, max_backoff_limit=5) == "spec.backoffLimit is 6, above the limit of 5"


def test_a_job_that_is_too_large_is_told_with_its_size_the_limit_and_the_field():
    env = [{"name": "INPUT", "value": "x" * 5000}]
    made = a_job({"serviceAccountName": "default", "containers": [{"env": env}]})
    size = sizes.stored_bytes(made)
    own = {"images": ["*"], "service_accounts": ["default"]}

    assert refused(made, max_manifest_bytes=4096, **own) == (
        f"the Job has {size} bytes, above the limit of 4096; most of it is in "
        "spec.template.spec.containers[0].env[0].value"
    )
    checks.check_job(made, rules(max_manifest_bytes=size, **own))


def test_by_default_a_job_may_be_as_large_as_a_cluster_keeps_it():
    assert rules().max_manifest_bytes == sizes.MAX_BYTES


def test_what_is_as_much_as_the_ceiling_is_allowed():
    made = a_job({"serviceAccountName": "default", "resources": {"limits": {"cpu": 1}}})

    checks.check_job(made, rules(ceilings={"cpu": 1}))


def test_what_is_there_and_empty_is_not_there():
    checks.check_job(a_job({"serviceAccountName": "default", "nodeName": ""}), rules())


def test_of_exactly_three_findings_there_are_no_more():
    spec = {"serviceAccountName": "default", "hostNetwork": True, "hostPID": True, "hostIPC": True}

    assert len(refused(a_job(spec)).split("; ")) == 3


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"nodeSelector": []}, ".nodeSelector in the template's result is not an object"),
        ({"nodeSelector": True}, ".nodeSelector in the template's result is not an object"),
        ({"tolerations": ["a"]}, ".tolerations[0] in the template's result is not an object"),
        ({"serviceAccountName": True}, ".serviceAccountName in the template's result is not text"),
        ({"serviceAccountName": 1}, ".serviceAccountName in the template's result is not text"),
    ],
)
def test_what_is_of_another_type_is_told_in_one_sentence(spec, said):
    with pytest.raises(InvalidManifest) as invalid:
        checks.check_job(a_job(spec), rules())

    assert str(invalid.value) == POD + said


@pytest.mark.parametrize("value", [True, False, "5"])
def test_what_is_no_whole_number_is_told_as_such(value):
    made = a_job({"serviceAccountName": "default"}, backoffLimit=value)

    with pytest.raises(InvalidManifest) as invalid:
        checks.check_job(made, rules())

    assert str(invalid.value) == (
        "spec.backoffLimit in the template's result is not a whole number"
    )


OWN = {"images": ["*"], "service_accounts": ["default"]}


@pytest.mark.parametrize(
    ("spec", "pods"),
    [
        ({"backoffLimit": 100}, 101),
        ({}, 7),
        ({"backoffLimit": 3, "completions": 5}, 8),
        ({"backoffLimit": 3, "parallelism": 4, "completions": 2}, 7),
        ({"backoffLimitPerIndex": 2, "completions": 5}, 15),
        ({"backoffLimitPerIndex": 2, "completions": 5, "backoffLimit": 1}, 6),
        ({"backoffLimit": -1, "completions": 2}, 2),
    ],
)
def test_a_job_whose_pods_may_be_too_large_together_is_told_with_their_number_and_the_limit(
    spec, pods
):
    made = a_job({"serviceAccountName": "default"}, **spec)
    size = pods * sizes.stored_bytes(made)

    assert refused(made, max_pods_bytes=size - 1, **OWN) == (
        f"spec may leave {pods} pods of {size} bytes together, above the limit of {size - 1}"
    )
    checks.check_job(made, rules(max_pods_bytes=size, **OWN))


def test_a_job_that_is_tried_once_is_bounded_by_its_own_size_alone():
    made = a_job({"serviceAccountName": "default"}, backoffLimit=0)

    checks.check_job(made, rules(max_pods_bytes=1, **OWN))


def test_by_default_one_message_leaves_no_more_than_some_of_the_largest_pods():
    large, small = sizes.MAX_BYTES, 160 * 1024

    assert 10 * large < rules().max_pods_bytes < 12 * large
    assert (1 + rules().max_backoff_limit) * small <= rules().max_pods_bytes
