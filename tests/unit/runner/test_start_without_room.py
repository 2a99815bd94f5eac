"""A runner that starts where its folders have no room: the disk is blamed, and not the cluster."""

import base64
import secrets

import pytest
import yaml
from kit.servers import api_server
from sqs_k8s_jobs import application, temp_dirs
from sqs_k8s_jobs.cluster import api
from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.settings import Settings

NOBODY = "https://127.0.0.1:1"  # certificates are for https alone


def settings(tmp_path, temp_dir):
    """Settings with a kubeconfig that holds a certificate, which is to become a file."""
    file = api_server.kubeconfig(tmp_path / "kubeconfig", NOBODY, None)
    document = yaml.safe_load(file.read_text("utf-8"))
    data = base64.b64encode(secrets.token_bytes(10_000)).decode()
    document["clusters"][0]["cluster"]["certificate-authority-data"] = data
    file.write_text(yaml.safe_dump(document), "utf-8")
    return Settings(kubeconfig=str(file), context=api_server.CONTEXT, temp_dir=str(temp_dir))


def test_a_full_disk_is_named_with_its_folder_and_the_setting(tmp_path, small_disk):
    small_disk.fill()

    with pytest.raises(OperatorError) as raised:
        api.connect(settings(tmp_path, small_disk.folder))

    assert str(raised.value) == (
        f"files cannot be written in {small_disk.folder}: No space left on device;"
        " make room there, or name another folder with temp_dir"
    )


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(OperatorError, match=r"^files cannot be written in /nowhere: No such file"):
        api.connect(settings(tmp_path, "/nowhere"))


def test_a_cluster_that_is_away_is_blamed_as_before(tmp_path):
    runs = tmp_path / "runs"
    runs.mkdir()
    chosen = settings(tmp_path, runs)
    api_server.kubeconfig(tmp_path / "kubeconfig", NOBODY, None)

    with pytest.raises(OperatorError, match=r"^the cluster \(context .*\) cannot be used: "):
        api.connect(chosen)


def test_what_a_killed_runner_left_is_removed_before_anything_is_written(tmp_path, monkeypatch):
    left = tmp_path / f"{temp_dirs.PREFIX}left"
    left.mkdir()
    (left / temp_dirs.LOCK).touch()
    monkeypatch.setattr(application.queues, "open_queues", lambda _settings: None)

    with pytest.raises(OperatorError):
        application.Application(
            Settings(context="none", kubeconfig="/nowhere", temp_dir=str(tmp_path))
        )

    assert not left.exists()
