"""The policy at its edges: what is as good as not given, the longest that passes, whole words."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.common.patterns import Patterns
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.manifest.job_manifest import (
    InvalidManifest,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy import checks, quantities
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy.manifest_nodes import Pod
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy.pod_security import CONTROLS
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy.rules import InvalidPolicy, Policy
from kit.builders import policies


def pod_of(spec, **metadata):
    return Pod({"spec": {"template": {"metadata": metadata, "spec": spec}}})


def broken(level, spec, **metadata):
    pod = pod_of(spec, **metadata)
    return [name for name, control in CONTROLS[level].items() if list(control(pod))]


def test_a_text_that_begins_as_a_refusal_does_is_not_wanted_by_one():
    assert not Patterns(["!x"]).allow("!x")


def test_both_names_of_a_service_account_are_looked_at():
    spec = {"serviceAccountName": "b", "serviceAccount": "a", "containers": [{"image": "a"}]}
    made = {"metadata": {}, "spec": {"template": {"spec": spec}}}
    rules = policies.rules(images=["*"], service_accounts=["a"])

    with pytest.raises(checks.Forbidden, match=r"serviceAccountName: 'b' is not allowed"):
        checks.check_job(made, rules)


@pytest.mark.parametrize(
    "context",
    [
        {"windowsOptions": {"hostProcess": False}},
        {"seLinuxOptions": {"user": "", "role": ""}},
    ],
)
def test_what_is_given_as_it_is_without_breaks_nothing(context):
    assert broken("baseline", {"containers": [{"securityContext": context}]}) == []


@pytest.mark.parametrize("profile", ["", "runtime/default", "docker/default", "localhost/own"])
def test_older_names_of_the_default_profile_break_nothing(profile):
    name = "seccomp.security.alpha.kubernetes.io/pod"

    assert broken("baseline", {"containers": [{}]}, annotations={name: profile}) == []


def test_of_many_findings_one_more_than_are_said_is_looked_for():
    asked = []

    def findings():
        for number in range(checks.MAX_VIOLATIONS + 5):
            asked.append(number)
            yield "a finding"

    with pytest.raises(checks.Forbidden, match="and more"):
        checks._refuse(findings())
    assert len(asked) == checks.MAX_VIOLATIONS + 1


def test_the_longest_quantity_is_one():
    assert quantities.read("1".rjust(quantities.MAX_LENGTH, "0")) == 1


@pytest.mark.parametrize("value", [None, [], {}])
def test_what_is_no_text_and_no_number_is_not_shown_as_a_quantity(value):
    with pytest.raises(quantities.InvalidQuantity) as invalid:
        quantities.read(value)

    assert str(invalid.value) == "'' is not a quantity"


def test_sidecars_add_up_beside_what_comes_after_them():
    def using(amount, **fields):
        return {"resources": {"limits": {"cpu": amount}}, **fields}

    sidecars = [using(1, restartPolicy="Always"), using(2, restartPolicy="Always")]

    pod = pod_of({"initContainers": sidecars, "containers": [using(4)]})

    assert quantities.total(pod, "limits", "cpu") == 7


def test_an_amount_that_is_no_quantity_is_named_by_its_place():
    pod = pod_of({"containers": [{"resources": {"limits": {"cpu": "much"}}}]})

    with pytest.raises(InvalidManifest) as invalid:
        quantities.total(pod, "limits", "cpu")

    place = "spec.template.spec.containers[0].resources.limits.cpu"
    assert str(invalid.value) == f"{place}: 'much' is not a quantity"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"images": [""]}, "submit_policy_images has '', which is not text"),
        ({"surprise": []}, "submit_policy_surprise is no variable of the policy"),
        ({"ceilings": {"cpu": "much"}}, "submit_policy_ceilings.cpu: 'much' is not a quantity"),
        ({"ceilings": {1: "2"}}, "submit_policy_ceilings has 1, which is not text"),
    ],
)
def test_what_is_wrong_with_a_policy_is_said_in_whole(wrong, said):
    with pytest.raises(InvalidPolicy) as invalid:
        Policy(policies.policy(**wrong))

    assert str(invalid.value) == said


def test_a_control_that_there_is_not_is_answered_with_those_that_there_are():
    with pytest.raises(InvalidPolicy) as invalid:
        Policy(policies.policy(allow=["root"]))

    names = str(invalid.value).removeprefix("submit_policy_allow has 'root', not one of ")
    assert "hostProcess" in names.split(", ")
    assert all(name.isidentifier() or "/" in name for name in names.split(", ")), names


def test_a_variable_that_is_not_given_is_named():
    variables = policies.policy()
    del variables["images"]

    with pytest.raises(InvalidPolicy) as invalid:
        Policy(variables)

    assert str(invalid.value) == "submit_policy_images is not given"
