"""The variables submit_job_*: the values for all services, and those of a service of its own."""

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.manifest.job_defaults import (
    InvalidJobDefaults,
    JobDefaults,
)

GENERAL = {"labels": {"team": "blue"}, "sidecars": [], "priority": None}


def site(**services):
    return JobDefaults({**GENERAL, "services": services})


def test_a_service_has_its_own_values_and_the_general_ones_beside_them():
    own = site(billing={"priority": "high"})

    assert own.of_service("billing") == {**GENERAL, "priority": "high"}
    assert own.of_service("other") == GENERAL
    assert JobDefaults(GENERAL).of_service("billing") == GENERAL


@pytest.mark.parametrize(
    ("services", "said"),
    [
        ([], "submit_job_services is not a dictionary"),
        ({"a": []}, "submit_job_services.a is not a dictionary"),
        (
            {"a": {"lables": {}}},
            "submit_job_services.a.lables is none of labels, priority, sidecars",
        ),
        ({"a": {"labels": []}}, "submit_job_services.a.labels is not a dictionary"),
        ({"a": {"sidecars": {}}}, "submit_job_services.a.sidecars is not a list"),
    ],
)
def test_a_variable_that_is_wrong_is_named(services, said):
    with pytest.raises(InvalidJobDefaults) as invalid:
        JobDefaults({**GENERAL, "services": services})

    assert str(invalid.value) == said


def test_what_is_neither_a_dictionary_nor_a_list_may_be_anything():
    assert site(a={"priority": 1}).of_service("a")["priority"] == 1
