"""Copies of what operators change: what was tried is what is used, whatever is edited meanwhile."""

import pytest
from sqs_k8s_jobs.playbooks import snapshots


@pytest.fixture
def sources(tmp_path):
    folder = tmp_path / "live" / "templates"
    folder.mkdir(parents=True)
    (folder / "default.yaml.j2").write_text("a")
    file = tmp_path / "live" / "variables.yml"
    file.write_text("b")
    return file, folder


def test_copies_hold_what_their_sources_held(sources, tmp_path):
    file, folder = sources

    taken = snapshots.take(sources, tmp_path / "copies")
    file.write_text("changed")
    (folder / "default.yaml.j2").unlink()

    assert taken[file].read_text() == "b"
    assert (taken[folder] / "default.yaml.j2").read_text() == "a"
    assert (taken[file].name, taken[folder].name) == (file.name, folder.name)


def test_copies_and_their_sources_have_one_fingerprint(sources, tmp_path):
    taken = snapshots.take(sources, tmp_path / "copies")

    assert snapshots.fingerprint(sources) == snapshots.fingerprint(taken.values())


@pytest.mark.parametrize(
    "change",
    [
        lambda file, _folder: file.write_text("c"),
        lambda file, _folder: file.unlink(),
        lambda _file, folder: (folder / "default.yaml.j2").write_text("c"),
        lambda _file, folder: (folder / "default.yaml.j2").rename(folder / "a.yaml.j2"),
        lambda _file, folder: (folder / "new").write_text(""),
    ],
)
def test_any_change_is_seen(sources, change):
    before = snapshots.fingerprint(sources)

    change(*sources)

    assert snapshots.fingerprint(sources) != before


def test_what_a_config_map_mounts_is_followed_and_its_workings_left_out(tmp_path):
    mounted = tmp_path / "mounted"
    (mounted / "..2026_01_01").mkdir(parents=True)
    (mounted / "..2026_01_01" / "default.yaml.j2").write_text("a")
    (mounted / "..data").symlink_to("..2026_01_01")
    (mounted / "default.yaml.j2").symlink_to("..data/default.yaml.j2")

    taken = snapshots.take((mounted,), tmp_path / "copies")

    assert [one.name for one in taken[mounted].iterdir()] == ["default.yaml.j2"]
    assert (taken[mounted] / "default.yaml.j2").read_text() == "a"
    assert snapshots.fingerprint([mounted]) == snapshots.fingerprint(taken.values())


def test_what_is_not_there_has_no_copy(tmp_path):
    assert snapshots.take((tmp_path / "gone",), tmp_path / "copies") == {}
