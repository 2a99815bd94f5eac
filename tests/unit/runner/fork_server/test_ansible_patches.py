"""Patches of fork servers: with them a play comes to what it comes to without."""

import json
import queue
import shutil
import subprocess
import sys
import threading
import time

import pytest
from ansible.plugins import strategy
from kit.paths import ROOT
from sqs_k8s_jobs.fork_server.ansible_patches import playbook
from sqs_k8s_jobs.fork_server.cache import DiskCache

VALUES = r"""
import json, sys, tempfile
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template as t
from sqs_k8s_jobs.fork_server.cache import DiskCache
from sqs_k8s_jobs.fork_server.ansible_patches import templates

if "with" in sys.argv:
    cache = DiskCache(tempfile.mkdtemp())
    for one in (templates.COMPILED_TEMPLATES, templates.PLAIN_TEXTS):
        assert one.apply(cache).applied
variables = {
    "plain": "text",
    "hash": "#jinja2: no",
    "inner": t("<{{ plain }}>"),
    "untrusted": "{{ plain }}",
    "braces": "a { b",
    "data": {"list": ["text", t("{{ plain }}"), "{{ plain }}", 1, None, {"deep": "text"}]},
    "other": t("#jinja2:variable_start_string:'[%', variable_end_string:'%]'\n[% plain %]{{"),
}
templar = Templar(DataLoader(), variables)
found = []
for text in (
    "plain", "{{ plain }}", "{{ hash }}", "{{ inner }}", "{{ untrusted }}", "{{ braces }}",
    "{{ data }}", "{{ data | to_json }}", "{{ data.list | map('string') | join(',') }}",
    "{{ other }}", "{{ nothing | default(plain) }}", "{{ plain ~ data.list[1] }}",
    "{% for one in data.list %}{{ one }};{% endfor %}", "{{ data.list[5].deep | upper }}",
) * 2:
    try:
        found.append(templar.template(t(text)))
    except Exception as exc:
        found.append(type(exc).__name__)
print(json.dumps(found))
"""
FILES = r"""
import pathlib, sys, tempfile
from ansible._internal._datatag._tags import Origin, TrustedAsTemplate
from ansible.parsing.dataloader import DataLoader
from sqs_k8s_jobs.fork_server.cache import DiskCache
from sqs_k8s_jobs.fork_server.ansible_patches import playbook

def tagged(value):
    if isinstance(value, dict):
        return {tagged(key): tagged(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [tagged(inner) for inner in value]
    tags = Origin.get_tag(value), TrustedAsTemplate.is_tagged_on(value)
    return repr((type(value).__name__, value, *tags))

if "with" in sys.argv:
    assert playbook.PARSED_FILES.apply(DiskCache(tempfile.mkdtemp())).applied
for _ in range(2):
    path = str(pathlib.Path(sys.argv[1]) / "roles/report/tasks/main.yml")
    print(tagged(DataLoader().load_from_file(path, trusted_as_template=True)))
"""


def output(program, *words):
    """Run a program in a process; return its output."""
    done = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_values_come_out_the_same():
    without = json.loads(output(VALUES))

    assert json.loads(output(VALUES, "with")) == without
    assert without[0:4] == ["plain", "text", "#jinja2: no", "<text>"]
    assert without[4] == "{{ plain }}"


def test_files_come_out_the_same_with_where_each_text_comes_from(tmp_path):
    shutil.copytree(ROOT / "roles", tmp_path / "ansible_collections/a/b/roles")
    folder = str(tmp_path / "ansible_collections/a/b")

    without = output(FILES, folder)

    assert output(FILES, folder, "with") == without
    assert "main.yml" in without
    assert "True" in without


@pytest.fixture
def awaited(monkeypatch):
    """Ansible's strategies with the patch, for this test."""
    for name in ("deque", "queue", "time"):
        monkeypatch.setattr(strategy, name, getattr(strategy, name))
    assert playbook.AWAITED_RESULTS.apply(DiskCache("/nowhere")).applied
    return strategy


@pytest.mark.parametrize(
    "come",
    [
        lambda awaited: awaited.deque().append("a result"),
        lambda awaited: awaited.queue.Queue().put("a request to change the inventory"),
    ],
    ids=["result", "request"],
)
def test_who_sleeps_until_something_comes_wakes_when_it_comes(come, awaited):
    began = time.monotonic()
    threading.Timer(0.01, come, [awaited]).start()

    awaited.time.sleep(60)

    assert time.monotonic() - began < 50


def test_what_else_strategies_use_of_these_modules_is_there(awaited):
    assert awaited.time.monotonic is time.monotonic
    assert awaited.queue.Empty is queue.Empty


def test_each_plugin_that_is_found_ahead_is_there():
    """In a process of its own, as a fork server is: a name that nothing has saves nothing."""
    look = """
from ansible.plugins import loader
from sqs_k8s_jobs.fork_server.ansible_patches.playbook import PLUGINS
loader.init_plugin_loader()
for kind, names in PLUGINS.items():
    plugins = getattr(loader, kind)
    for name in names.split():
        is_module = kind == "module_loader"
        if not (plugins.find_plugin(name) if is_module else plugins.get(name, class_only=True)):
            print(kind, name)
"""
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (0, ""), done.stderr
