"""Looks at Jobs, Pods and records leave out what nobody asks about: each may have a MiB."""

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.objects import finalizers
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.submit import (
    name_conflicts,
    new_messages,
    outcomes,
)
from kit.builders.objects import job, record
from kit.builders.rendering import entry, message
from kit.builders.statuses import ERROR
from kit.paths import ROLES, ROOT

FILES = [*ROOT.glob("roles/*/tasks/**/*.yml"), *ROOT.glob("playbooks/**/*.yml")]
LARGE = ("Job", "Pod")


def calls(node, module):
    """The options of each call of a module in a file's tasks."""
    if isinstance(node, list):
        return [one for each in node for one in calls(each, module)]
    if not isinstance(node, dict):
        return []
    own = [node[module]] if module in node else []
    return own + calls(list(node.values()), module)


def looks(node):
    """The options of each look at objects."""
    return calls(node, "kubernetes.core.k8s_info")


def variables(role):
    return yaml.safe_load((ROLES / role / "vars" / "main.yml").read_text("utf-8"))


def hidden(role, name):
    """The parts of an object that a role leaves out as a whole."""
    return [one for one in variables(role)[name] if "." not in one]


def test_every_look_at_jobs_or_pods_leaves_something_out():
    found = [one for file in FILES for one in looks(DataLoader().load_from_file(str(file)))]
    large = [one for one in found if one["kind"] in LARGE]

    assert len(large) > 8
    assert [one for one in large if not one.get("hidden_fields")] == []


WRITING = [
    f"report/tasks/{name}"
    for name in (
        "exceptional/terminate",
        "release/objects",
        "expired/delete_outdated",
        "expired/records",
    )
]


@pytest.mark.parametrize("name", [*WRITING, "submit/tasks/create", "submit/tasks/reject"])
def test_what_is_said_of_objects_that_were_written_or_deleted_is_not_the_whole_of_them(name):
    tasks = DataLoader().load_from_file(str(ROLES / f"{name}.yml"))
    called = calls(tasks, "kubernetes.core.k8s")
    found = [one for one in called if "resource_definition" in one]

    assert found
    assert [one for one in found if not one.get("hidden_fields")] == []


@pytest.mark.parametrize("name", ["create", "resolve_name_conflicts"])
def test_of_jobs_that_are_there_already_submitting_reads_their_metadata_alone(name):
    file = str(ROLES / "submit/tasks" / f"{name}.yml")
    jobs = [one for one in looks(DataLoader().load_from_file(file)) if one["kind"] == "Job"]

    assert {one["hidden_fields"] for one in jobs} == {"{{ submit_hidden_fields_of_jobs }}"}
    assert hidden("submit", "submit_hidden_fields_of_jobs") == ["spec", "status"]


def without(thing, *names):
    return {name: thing[name] for name in thing if name not in names}


def became(entries, known):
    """Return the outcomes, less the records beside, of messages not sent to the API server."""
    settled = outcomes.outcomes(entries, known, [], [])
    return [without(one, "earlier") for one in settled]


def test_what_becomes_of_messages_is_the_same_without_what_is_left_out():
    entries = [entry(message(one), one) for one in ("a", "b", "c")]
    other = {"body-sha256": "other"}
    known = [
        job("a", annotations={"body-sha256": entries[0]["body_sha256"]}, ready=1),
        job("b", webhook="http://other.example", annotations=other, ready=1),
        {**record("c", error=ERROR), "data": {"99.json": "{}"}},
    ]
    less = [without(one, "spec", "status", "data") for one in known]

    assert less != known
    assert became(entries, less) == became(entries, known)
    assert new_messages.new_messages(entries, less) == new_messages.new_messages(entries, known)


def test_a_taken_name_and_a_release_need_no_more_than_metadata():
    holder = job("other", done=True, ready=1)
    less = without(holder, "spec", "status")
    settled = [{**entry(message("a")), "outcome": "taken", **holder["metadata"]}]
    entries = [entry(message("a"))]

    assert (
        name_conflicts.name_conflicts(settled, entries, [[less]])["pending"]
        == name_conflicts.name_conflicts(settled, entries, [[holder]])["pending"]
    )
    holder["metadata"]["resourceVersion"] = "1"
    assert finalizers.releases([without(holder, "spec", "status")]) == finalizers.releases([holder])
