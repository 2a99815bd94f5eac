"""The module patch: many objects at once, each one's result its own."""

import json
import os
import subprocess

import pytest
from kit.paths import ROOT
from kit.processes import ansible_core

PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: Patch
      sqs_k8s.jobs.patch:
        patches: "{{ patches }}"
        workers: 2
      register: done
    - name: Say what came of it
      ansible.builtin.copy:
        content: "{{ done | to_json }}"
        dest: "{{ told }}"
        mode: "0600"
      check_mode: false
"""


@pytest.fixture
def patched(cluster, tmp_path):
    """Patch objects; return what the module said."""
    book, told = tmp_path / "patch.yml", tmp_path / "told.json"
    book.write_text(PLAY)

    def run(*patches, flags=()):
        subprocess.run(
            [
                *(ansible_core.program(), str(book), *flags),
                *("-e", json.dumps({"patches": patches, "told": str(told)})),
            ],
            env={**os.environ, **cluster.for_modules},
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return json.loads(told.read_text())

    return run


@pytest.fixture
def maps(cluster, namespace, jobs):
    """Five ConfigMaps, and what they say now."""
    for number in range(5):
        cluster.kubectl("-n", namespace, "create", "configmap", f"map-{number}")

    def read():
        return {one["metadata"]["name"]: one for one in jobs.all("configmaps")}

    return read


def patch(namespace, name, **metadata):
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"namespace": namespace, "name": name, **metadata},
    }


def notes(maps):
    return {
        name: (one["metadata"].get("annotations") or {}).get("note") for name, one in maps().items()
    }


def test_many_are_patched_and_each_result_is_its_own(patched, maps, namespace):
    names = [f"map-{number}" for number in range(5)]
    patches = [patch(namespace, name, annotations={"note": name}) for name in names]

    done = patched(*patches[:3], patch(namespace, "nobody"), *patches[3:])

    assert done["changed"]
    assert [one["ok"] for one in done["patched"]] == [True, True, True, False, True, True]
    assert done["patched"][3]["error"] == 'configmaps "nobody" not found'
    assert notes(maps) == {name: name for name in names}


def test_a_null_takes_an_item_away(patched, maps, namespace):
    patched(patch(namespace, "map-0", annotations={"note": "here", "other": "stays"}))
    patched(patch(namespace, "map-0", annotations={"note": None}))

    assert maps()["map-0"]["metadata"]["annotations"] == {"other": "stays"}


def test_what_was_read_before_a_change_is_a_conflict(patched, maps, namespace):
    version = maps()["map-0"]["metadata"]["resourceVersion"]
    first = patch(namespace, "map-0", resourceVersion=version, annotations={"note": "first"})
    second = patch(namespace, "map-0", resourceVersion=version, annotations={"note": "second"})

    assert [one["ok"] for one in patched(first)["patched"]] == [True]
    (lost,) = patched(second)["patched"]

    assert not lost["ok"]
    assert not lost["fault"]
    assert "the object has been modified" in lost["error"]
    assert notes(maps)["map-0"] == "first"


def test_another_object_of_the_name_is_left_alone(patched, maps, namespace):
    uid = "08c87282-97e8-4993-9da4-359f3e84fdfd"

    (one,) = patched(patch(namespace, "map-0", uid=uid, annotations={"note": "x"}))["patched"]

    assert not one["ok"]
    assert not one["fault"], one["error"]
    assert notes(maps)["map-0"] is None


def test_nothing_is_changed_in_check_mode_but_the_api_server_is_asked(patched, maps, namespace):
    wanted = patch(namespace, "map-0", annotations={"note": "x"})

    done = patched(wanted, patch(namespace, "nobody"), flags=("--check",))

    assert [one["ok"] for one in done["patched"]] == [True, False]
    assert notes(maps)["map-0"] is None
