"""The role report hands each variable about callbacks on to the module that delivers them."""

import re

import yaml
from ansible_collections.sqs_k8s.jobs.plugins.modules import webhook
from kit.paths import ROLES

ROLE = ROLES / "report"
TASKS = yaml.safe_load((ROLE / "tasks" / "deliver" / "callbacks.yml").read_text("utf-8"))
DEFAULTS = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text("utf-8"))
(OPTIONS,) = [one["sqs_k8s.jobs.webhook"] for one in TASKS if "sqs_k8s.jobs.webhook" in one]


def test_the_module_gets_each_option_that_it_has():
    assert set(OPTIONS) == set(webhook.SPEC)


def test_each_variable_is_the_option_of_its_name():
    named = {name.removeprefix("report_webhook_") for name in DEFAULTS if "_webhook_" in name}

    for option in named & set(OPTIONS) - {"timeout"}:  # less where messages are submitted meanwhile
        assert f"report_webhook_{option}" in OPTIONS[option], option


def test_each_use_of_the_role_begins_with_nothing_written():
    reading, reporting = yaml.safe_load((ROLE / "tasks" / "main.yml").read_text("utf-8"))
    composed = yaml.safe_load((ROLE / "vars" / "main.yml").read_text("utf-8"))
    given = " ".join([*composed["report_writes"], composed["report_sendable"]])

    begun = reading["block"][-1]["ansible.builtin.set_fact"]

    # Where reading fails, nothing is there of which to show failed writes.
    assert "always" not in reading
    assert "report_writes" in str(reporting["always"])
    registers = {name for name in re.findall(r"report_\w+", given) if name not in composed}
    assert len(registers) > 8
    assert {name for name in registers if begun.get(name) != {}} <= {
        *("report_actions", "report_now"),
        "report_unwritable_namespaces",
    }
