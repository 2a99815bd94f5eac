"""Collections of others: whether one is there, and how the tests get one that is not."""

import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.test.collection import is_installed
from awx import collection

MANIFEST = "ansible_collections/awx/awx/MANIFEST.json"


@pytest.fixture
def downloads(monkeypatch):
    """A package index that has the package; each download of it is in the list."""
    made = []

    def download(folder):
        wheel = folder / "ansible.whl"
        with zipfile.ZipFile(wheel, "w") as packed:
            packed.writestr(MANIFEST, "{}")
            packed.writestr("ansible_collections/other/other/MANIFEST.json", "{}")
        made.append(wheel)
        return wheel

    monkeypatch.setattr(collection, "_download", download)
    return made


@pytest.mark.parametrize(
    ("name", "there"),
    [("kubernetes.core", True), ("kubernetes.nothing", False), ("nobody.nothing", False)],
)
def test_a_collection_is_there_or_it_is_not(name, there):
    assert is_installed(name) is there


@pytest.mark.usefixtures("downloads")
def test_of_the_package_the_collection_alone_is_installed(tmp_path):
    assert collection.install(tmp_path)

    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(path.name for path in kept) == [".awx-collection.lock", "MANIFEST.json"]
    assert (tmp_path / MANIFEST).is_file()


def test_what_is_installed_is_not_downloaded_again_by_however_many_at_a_time(tmp_path, downloads):
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: collection.install(tmp_path), range(4))) == 1

    assert len(downloads) == 1


@pytest.mark.usefixtures("downloads")
def test_where_it_cannot_be_had_nothing_is_left_and_the_next_try_is_a_new_one(
    tmp_path, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(collection, "_unpack", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            collection.install(tmp_path)

    assert not (tmp_path / "ansible_collections").exists()
    assert collection.install(tmp_path)
