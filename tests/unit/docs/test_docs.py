"""The docs name what there is: every setting, every error code, every make target."""

import ast
import re
from dataclasses import fields

import pytest
import reference
import yaml
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.common import error_codes
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy import rules
from kit.builders.policies import policy
from kit.paths import DOCS, ROLES, ROOT
from kit.processes import doc_commands
from sqs_k8s_jobs.cluster.object_store import ObjectStore
from sqs_k8s_jobs.observability.metrics import Metrics
from sqs_k8s_jobs.settings import Settings


def cells(page, columns):
    """The first cells of a page's table rows."""
    rows = re.findall(r"^\| (.*) \|$", (DOCS / page).read_text("utf-8"), re.MULTILINE)
    return [tuple(cell.strip(" `") for cell in row.split("|")[:columns]) for row in rows[2:]]


def test_the_page_of_settings_has_each_setting_with_its_default():
    documented = dict(cells("reference/settings.md", 2))

    for one in fields(Settings):
        default = str(one.default).lower() if one.type == "bool" else str(one.default)
        assert documented.pop(one.name) == default
    assert documented == {}


def test_the_table_of_error_codes_has_each_code_once():
    rows = list(cells("reference/error-codes.md", 4))
    reserved = [code for code, *_, todo in rows if todo.startswith("reserved")]
    raised = [value for name, value in vars(error_codes).items() if name.isupper()]

    assert [code for code, *_ in rows] == sorted(raised + reserved)


def test_what_the_readme_calls_by_make_is_there():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"make ([a-z]+)", (ROOT / "README.md").read_text("utf-8")):
        assert f"\n{target}:" in makefile


def anchors(page):
    """The anchors of a page's headings, as GitHub makes them."""
    text = re.sub("```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("page", doc_commands.PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(page):
    links = re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)]*))?\)", page.read_text("utf-8"))

    for path, anchor in links:
        target = page.parent / path if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


def test_the_page_of_the_policy_has_each_variable():
    names = [name for (name,) in cells("how-to/policy.md", 1)]

    assert names == [f"submit_policy_{name}" for name in policy()]


def test_the_page_of_the_policy_has_each_control():
    page = (DOCS / "how-to" / "policy.md").read_text("utf-8")

    assert [name for name in rules.CONTROLS if f"`{name}`" not in page] == []


def test_the_roles_arguments_have_the_defaults_that_the_role_has():
    specs = yaml.safe_load((ROLES / "submit/meta/argument_specs.yml").read_text("utf-8"))
    options = specs["argument_specs"]["main"]["options"]

    for name, value in policy().items():
        assert options[f"submit_policy_{name}"]["default"] == value


def test_the_role_hands_on_every_variable_of_the_policy():
    composed = yaml.safe_load((ROLES / "submit/vars/main.yml").read_text("utf-8"))

    assert composed["submit_policy"] == {
        name: "{{ submit_policy_" + name + " }}" for name in policy()
    }


def test_the_reference_is_what_the_code_says():
    assert reference.PAGE.read_text("utf-8") == reference.page(), "make docs writes it anew"


def test_the_page_of_metrics_has_each_metric():
    page = (DOCS / "reference" / "metrics.md").read_text("utf-8")
    metrics = Metrics()
    metrics.watch(ObjectStore(), ObjectStore())
    names = {family.name for family in metrics.registry.collect()}
    own = [one.removeprefix("sqs_k8s_jobs_") for one in names if one.startswith("sqs_k8s_jobs_")]

    assert [one for one in own if f"`{one}" not in page] == []


def actions_of(file):
    """The texts with which a file of the runner logs."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and getattr(node.func.value, "id", "") == "log"
            and node.func.attr in ("info", "warning", "error", "exception")
        ):
            action = node.args[0]
            assert not isinstance(action, ast.JoinedStr), ast.unparse(node)
            yield from (one.value for one in ast.walk(action) if isinstance(one, ast.Constant))


def test_the_page_of_metrics_has_each_action_of_the_log():
    page = (DOCS / "reference" / "metrics.md").read_text("utf-8")
    actions = {
        one for file in (ROOT / "runner" / "sqs_k8s_jobs").rglob("*.py") for one in actions_of(file)
    }

    assert {"runner started", "leadership lost"} < actions
    assert [one for one in sorted(actions) if f"`{one}`" not in page] == []
