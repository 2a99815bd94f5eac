"""A variable of the roles that is mistyped changes nothing, and is named."""

from pathlib import Path

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.plugin_utils import variable_names

ROLES = Path(__file__).parents[4] / "roles"
KNOWN = variable_names.known_names([ROLES])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "submit_job_label",
            "no role reads the variable submit_job_label: did you mean submit_job_labels?",
        ),
        (
            "submit_plicy_images",
            "no role reads the variable submit_plicy_images: did you mean submit_policy_images?",
        ),
        (
            "report_webhook_alow",
            "no role reads the variable report_webhook_alow: did you mean report_webhook_allow?",
        ),
        (
            "deploy_replica",
            "no role reads the variable deploy_replica: did you mean deploy_replicas?",
        ),
        ("submit_wxyz", "no role reads the variable submit_wxyz"),
    ],
)
def test_a_name_that_no_role_has_is_named_with_the_nearest_one(name, said):
    assert variable_names.mistyped([name, "other", "submit_template"], KNOWN) == [said]


@pytest.mark.parametrize("name", ["report_email", "deploy_environment", "resubmit_job_label"])
def test_what_others_may_have_for_other_things_is_no_mistake(name):
    assert variable_names.mistyped([name], KNOWN) == []


def test_a_template_may_name_variables_of_its_own(tmp_path):
    template = tmp_path / "job.yaml.j2"
    template.write_text("zone: {{ submit_zone }}")

    for place in (template, tmp_path):
        known = variable_names.known_names([ROLES, place])
        assert variable_names.mistyped(["submit_zone"], known) == []
