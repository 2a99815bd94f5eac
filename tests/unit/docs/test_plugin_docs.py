"""ansible-doc's page, with an example, of each plugin and role."""

import functools
import importlib
import inspect
import json
import os
import subprocess

import pytest
import yaml
from kit.paths import ROLES, ROOT
from kit.processes import ansible_core

PLUGINS = "ansible_collections.sqs_k8s.jobs.plugins"
ROLE_NAMES = sorted(path.name for path in ROLES.iterdir())


@functools.cache
def pages():
    """Return ansible-doc's pages of the collection, by kind."""
    done = subprocess.run(
        [ansible_core.program("ansible-doc"), "--metadata-dump", "sqs_k8s.jobs"],
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections")},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)["all"]


def functions(kind):
    """The filters or tests, by name; those of one kind are in any number of files."""
    found = {}
    for path in (ROOT / "plugins" / kind).glob("*.py"):
        module = importlib.import_module(f"{PLUGINS}.{kind}.{path.stem}")
        holder = module.FilterModule() if kind == "filter" else module.TestModule()
        found.update(getattr(holder, f"{kind}s")())
    return found


def offered(kind):
    """The names of what there is of a kind."""
    if kind in ("filter", "test"):
        return set(functions(kind))
    return {
        path.stem for path in (ROOT / "plugins" / (kind + "s" * (kind == "module"))).glob("*.py")
    }


def entered(role):
    """The tasks files of a role that plays enter: main, and those which no other includes."""
    folder = ROLES / role / "tasks"
    texts = {
        str(path.relative_to(folder)): path.read_text("utf-8") for path in folder.rglob("*.yml")
    }
    verbs = ("ansible.builtin.include_tasks", "ansible.builtin.import_tasks")
    included = {
        os.path.normpath(os.path.join(os.path.dirname(name), task[verb]))
        for name, text in texts.items()
        for task in flat(yaml.safe_load(text))
        for verb in verbs
        if verb in task
    }
    main = "main.yml"
    return {name[: -len(".yml")] for name in texts if name == main or name not in included}


def flat(tasks):
    """Tasks and those in their blocks, as one list."""
    for task in tasks or []:
        yield task
        for part in ("block", "rescue", "always"):
            yield from flat(task.get(part))


@pytest.mark.parametrize("kind", ["filter", "test", "lookup", "callback", "module"])
def test_every_plugin_has_a_page_with_an_example(kind):
    found = {name.rpartition(".")[2]: page for name, page in pages()[kind].items()}

    assert set(found) == offered(kind)
    assert [name for name, page in found.items() if not page.get("examples")] == []
    assert [name for name, page in found.items() if not page["doc"]["short_description"]] == []


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_every_entry_point_of_a_role_has_a_page_with_an_example(role):
    found = pages()["role"][f"sqs_k8s.jobs.{role}"]["entry_points"]

    assert set(found) == entered(role)
    for name, page in found.items():
        assert page["short_description"], name
        assert page["options"], name
        (example,) = yaml.safe_load(page["examples"])
        call = example["ansible.builtin.include_role"]
        assert (call["name"], call.get("tasks_from", "main")) == (f"sqs_k8s.jobs.{role}", name)
        assert set(example.get("vars", {})) <= set(page["options"]), name


@pytest.mark.parametrize("kind", ["filter", "test"])
def test_a_page_has_the_arguments_that_the_function_has(kind):
    for name, function in functions(kind).items():
        page = pages()[kind][f"sqs_k8s.jobs.{name}"]["doc"]
        _input, *others = inspect.signature(function).parameters

        assert page.get("positional", "") == ", ".join(others), name
        assert set(page["options"]) == {"_input", *others}, name


@pytest.mark.parametrize("kind", ["filter", "test"])
def test_a_page_says_first_where_its_code_is(kind):
    for name, function in functions(kind).items():
        code = inspect.unwrap(function)
        path = code.__module__.removeprefix("ansible_collections.sqs_k8s.jobs.").replace(".", "/")
        page = (ROOT / "plugins" / kind / f"{name}.yml").read_text("utf-8")

        assert page.startswith(f"---\n# Code: {code.__qualname__} in {path}.py\n"), name


@pytest.mark.parametrize("kind", ["filter", "test", "lookup", "module"])
def test_an_example_is_a_task_that_uses_what_it_is_for(kind):
    for name, page in pages()[kind].items():
        for task in yaml.safe_load(page["examples"]):
            assert task["name"], name
            assert name in json.dumps(task), name


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_every_variable_of_a_role_is_an_option_with_the_same_default(role):
    folder = ROLES / role
    files = sorted((folder / "defaults").rglob("*.yml"))
    defaults = {}
    for path in files:
        defaults.update(yaml.safe_load(path.read_text("utf-8")))
    specs = yaml.safe_load((folder / "meta" / "argument_specs.yml").read_text("utf-8"))
    options = {}
    for entry in specs["argument_specs"].values():
        options.update(entry["options"])

    given = {name: one["default"] for name, one in options.items() if "default" in one}
    required = {name for name, one in options.items() if one.get("required")}
    assert set(options) - set(given) == required
    assert {name: given[name] for name in given if name in defaults} == defaults
