"""The role report hands each variable about callbacks on to the module that delivers them."""

import yaml
from ansible_collections.sqs_k8s.jobs.plugins.modules import webhook
from kit.paths import ROLES

ROLE = ROLES / "report"
TASKS = yaml.safe_load((ROLE / "tasks" / "deliver.yml").read_text("utf-8"))
DEFAULTS = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text("utf-8"))
(OPTIONS,) = [one["sqs_k8s.jobs.webhook"] for one in TASKS if "sqs_k8s.jobs.webhook" in one]


def test_the_module_gets_each_option_that_it_has():
    assert set(OPTIONS) == set(webhook.SPEC)


def test_each_variable_is_the_option_of_its_name():
    named = {name.removeprefix("report_webhook_") for name in DEFAULTS if "_webhook_" in name}

    for option in named & set(OPTIONS) - {"timeout"}:  # less where messages are submitted meanwhile
        assert f"report_webhook_{option}" in OPTIONS[option], option
