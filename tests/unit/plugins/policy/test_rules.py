"""The operator's policy as variables: whose rules hold for whom, and what is no policy."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy import checks
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy.rules import InvalidPolicy, Policy
from kit.builders import policies


def reads(name):
    """A Job that reads this Secret."""
    spec = {"volumes": [{"name": "a", "secret": {"secretName": name}}]}
    return {"metadata": {}, "spec": {"template": {"spec": spec}}}


def test_a_key_of_a_service_replaces_the_general_one_for_its_messages():
    read = Policy(policies.policy(secrets=["a"], services={"billing": {"secrets": ["b"]}}))

    checks.check_job(reads("b"), read.of_service("billing"))
    with pytest.raises(checks.Forbidden, match="'b' is not allowed"):
        checks.check_job(reads("b"), read.of_service("other"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"namespaces": "default"}, "submit_policy_namespaces is not a list"),
        ({"images": ["*", 1]}, "submit_policy_images has 1, which is not text"),
        ({"images": ["!"]}, "submit_policy_images has '!', which is not text"),
        ({"surprise": []}, "submit_policy_surprise is no variable of the policy"),
        ({"ceilings": {"cpu": "much"}}, "submit_policy_ceilings.cpu: 'much' is not a quantity"),
        ({"ceilings": []}, "submit_policy_ceilings is not a dictionary"),
        ({"max_backoff_limit": -1}, "submit_policy_max_backoff_limit is -1, not a whole number"),
        ({"max_backoff_limit": True}, "submit_policy_max_backoff_limit is True, not a whole"),
        ({"pod_security": "strict"}, "submit_policy_pod_security is 'strict', not one of"),
        ({"pod_security": []}, r"submit_policy_pod_security is \[\], not one of"),
        ({"allow": ["root"]}, "submit_policy_allow has 'root', not one of hostProcess"),
        ({"services": {"a": []}}, "submit_policy_services.a is not a dictionary"),
        ({"services": {"a": {"x": 1}}}, "submit_policy_services.a.x is no variable of the policy"),
        ({"services": {"a": {"services": {}}}}, "services.a.services is no variable"),
        ({"services": {"a": {"secrets": "b"}}}, "submit_policy_services.a.secrets is not a list"),
        ({"services": {1: {}}}, "submit_policy_services has 1, which is not text"),
    ],
)
def test_a_policy_that_is_wrong_names_the_variable(wrong, said):
    with pytest.raises(InvalidPolicy, match=said):
        Policy(policies.policy(**wrong))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"services": []}, "services is not a dictionary"),
        ({"max_backoff_limit": [1]}, "max_backoff_limit is [1], not a whole number"),
        (
            {"pod_security": "x"},
            "pod_security is 'x', not one of privileged, baseline, restricted",
        ),
    ],
)
def test_a_policy_that_is_wrong_is_told_in_one_sentence(wrong, said):
    with pytest.raises(InvalidPolicy) as invalid:
        Policy(policies.policy(**wrong))

    assert str(invalid.value) == f"submit_policy_{said}"


@pytest.mark.parametrize("name", policies.policy())
def test_a_policy_that_lacks_a_variable_is_no_policy(name):
    rest = {key: value for key, value in policies.policy().items() if key != name}

    with pytest.raises(InvalidPolicy, match=f"submit_policy_{name} is not given"):
        Policy(rest)
