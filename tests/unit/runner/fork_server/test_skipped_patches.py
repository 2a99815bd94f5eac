"""Patches are in use, or left out where a library has changed, and that is said.

A play comes to the same with all of them, without one, and cold.
"""

import json
import shutil
import subprocess
import tempfile
from functools import partial
from pathlib import Path

import ansible_runner
import pytest
from kit.builders import small_play
from kit.processes.changed_library import path_with
from kit.wait import until
from sqs_k8s_jobs.fork_server.supervisor import ForkServers

MORE = " more), not ("
# For each patch: what is changed in which module of a server, and what is said of that.
CHANGES = {
    "compiled templates": (
        *("jinja2", "more(Environment, 'compile')"),
        "jinja2.Environment.compile takes (self source name filename raw defer_init *" + MORE,
    ),
    "plain texts": (
        *("ansible._internal._templating._engine", "more(TemplateEngine, 'template')"),
        "TemplateEngine.template takes (self variable * options mode lazy_options" + MORE,
    ),
    "parsed files": (
        *("ansible.parsing.dataloader", "more(DataLoader, 'load_from_file')"),
        "DataLoader.load_from_file takes (self file_name cache unsafe json_only"
        " trusted_as_template *" + MORE,
    ),
    "awaited results": (
        *("ansible.plugins.strategy", "module.deque = type('deque', (deque,), {})"),
        "ansible.plugins.strategy.deque is no longer <class 'collections.deque'>",
    ),
    "found plugins": (
        *("ansible.plugins.loader", "more(module, 'init_plugin_loader')"),
        "ansible.plugins.loader.init_plugin_loader takes (prefix_collections_path *" + MORE,
    ),
    "compiled sources": (
        *("zipimport", "more(module, '_compile_source')"),
        "zipimport._compile_source takes (pathname source *" + MORE,
    ),
    "imported libraries": (
        *("ansible.module_utils.ansible_release", "raise ImportError('it has moved')"),
        "ansible.module_utils.ansible_release cannot be imported: it has moved",
    ),
    "left out arguments": (
        *("ansible.module_utils.basic", "more(AnsibleModule, '_return_formatted')"),
        "AnsibleModule._return_formatted takes (self kwargs *" + MORE,
    ),
}
# Without these no run uses a fork server.
REQUIRED = {
    "imported ansible-playbook": (
        *("ansible.cli.playbook", "del module.main"),
        "ansible.cli.playbook.main is not there",
    ),
    "forked programs": (*("atexit", "del module._clear"), "atexit._clear is not there"),
}
MODULE = """
from ansible.module_utils import basic
basic._ANSIBLE_ARGS = b'{"ANSIBLE_MODULE_ARGS": {"some": "thing"}}'
basic._ANSIBLE_PROFILE = "legacy"
basic.AnsibleModule({"some": {"type": "str"}}).exit_json()
"""
WITH_THREADS = (
    "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"
)


@pytest.fixture
def run(tmp_path):
    """Run the small play, with fork servers or without."""
    return partial(small_play.run, tmp_path)


@pytest.fixture
def fork_servers():
    """Fork servers of this test's own; those of a server that a test changes."""
    with tempfile.TemporaryDirectory() as folder:
        started = ForkServers(folder)
        yield started
        started.stop()


def states(fork_servers):
    """Return the servers' states by patch, after all were read."""
    fork_servers.stop()
    found = sorted(
        (state for _, state in fork_servers.states.all()), key=lambda one: not one.applied
    )
    return {state.patch: state for state in found}


def said(logged):
    """Return the log's skipped patches."""
    return logged.records("patch skipped")


def test_all_are_in_use_and_keep_what_they_are_for(fork_servers, run, logged):
    for _ in range(2):
        run(fork_servers.executables())
    cache = Path(fork_servers.executables().folder)

    assert list(cache.glob("ansible-playbook.cache/*"))
    assert list(cache.glob("python.cache/*"))
    found = states(fork_servers)
    assert set(found) == {*CHANGES, *REQUIRED, "left out events"}
    assert [one.reason for one in found.values() if one.needed and not one.applied] == []
    assert [one.patch for one in found.values() if not one.needed] in ([], ["left out arguments"])
    assert said(logged) == []


def test_a_module_does_not_give_its_arguments_back(fork_servers):
    done = subprocess.run(
        [fork_servers.executables().python],
        input=MODULE,
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout).get("invocation", {}).get("module_args", {}) == {}


@pytest.mark.parametrize("patch", CHANGES)
def test_where_a_library_has_changed_a_run_does_without_and_the_log_says_so_once(
    patch, fork_servers, run, logged, tmp_path, monkeypatch
):
    module, change, words = CHANGES[patch]
    monkeypatch.setenv("PYTHONPATH", path_with(tmp_path, module, change))

    (hot,), (again,) = run(fork_servers.executables()), run(fork_servers.executables())

    monkeypatch.undo()
    assert hot == again == run()[0]
    state = states(fork_servers)[patch]
    if state.needed:
        assert words in state.reason
    expected = [(patch, state.library, state.reason)] if state.needed else []
    assert [(one["patch"], one["library"], one["error"]) for one in said(logged)] == expected


def test_where_ansible_runner_has_changed_its_events_are_written_and_the_log_says_so(
    fork_servers, run, logged, tmp_path, monkeypatch
):
    callbacks = Path(ansible_runner.__file__).parent / "display_callback/callback"
    monkeypatch.setenv("AWX_LIB_DIRECTORY", str(shutil.copytree(callbacks, tmp_path / "elsewhere")))

    (hot,) = run(fork_servers.executables())

    monkeypatch.undo()
    assert hot == run()[0]
    assert "do not name awx_display" in states(fork_servers)["left out events"].reason
    (record,) = said(logged)
    assert record["patch"] == "left out events"


@pytest.mark.parametrize(
    ("patch", "module", "change", "words"),
    [
        *((patch, *change) for patch, change in REQUIRED.items()),
        ("forked programs", "jinja2", WITH_THREADS, "has started threads: there are 2, not 1"),
    ],
)
def test_where_a_fork_is_no_program_runs_are_cold_for_good_and_the_log_says_so_once(
    patch, module, change, words, fork_servers, run, logged, tmp_path, monkeypatch
):
    monkeypatch.setenv("PYTHONPATH", path_with(tmp_path, module, change))

    (outcome,) = run(fork_servers.executables())

    until(lambda: fork_servers.executables() is None, "it is seen")
    monkeypatch.undo()
    assert outcome == run()[0]
    assert words in states(fork_servers)[patch].reason
    (record,) = logged.records("fork server disabled")
    assert words in record["error"]
    assert patch in record["error"]
    assert said(logged) == []
