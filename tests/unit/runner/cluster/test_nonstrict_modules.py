"""Modules of kubernetes.core, which have no setting: certificates that lack what Python demands."""

import os
import subprocess
import sys

import pytest
from kit.servers.api_server import VERSION, ApiServer, kubeconfig
from kit.servers.tls import STRICT_PYTHON, Authority
from sqs_k8s_jobs.cluster import certificates
from sqs_k8s_jobs.fork_server.supervisor import ForkServers
from sqs_k8s_jobs.nonstrict import sitecustomize
from sqs_k8s_jobs.settings import Settings

REFUSED = "certificate verify failed: Missing Authority Key Identifier"
ALLOWING = Settings(allow_nonstrict_certificates=True)
# What a module of kubernetes.core does, which knows no setting.
MODULE = """
import os
from kubernetes import client, config
config.load_kube_config(os.environ["K8S_AUTH_KUBECONFIG"])
print(client.VersionApi(client.ApiClient()).get_code().git_version)
"""


@pytest.fixture
def module(tmp_path):
    """Ask for the version as a module does, in a Python and an environment for modules."""

    def run(server, authority, settings, python=sys.executable, **environment):
        file = kubeconfig(tmp_path / "kubeconfig", server.url, authority)
        own = {"K8S_AUTH_KUBECONFIG": str(file), **environment}
        usual = {**os.environ, **own}
        return subprocess.run(
            [python],
            input=MODULE,
            env={**usual, **certificates.for_modules(settings, usual)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.mark.parametrize("is_forked", [False, True])
def test_modules_are_told_by_their_environment(old, module, is_forked, tmp_path):
    fork_servers = ForkServers(str(tmp_path)) if is_forked else None
    python = fork_servers.executables().python if fork_servers else sys.executable
    with ApiServer(old.certificate("127.0.0.1")) as server:
        allowed = module(server, old, ALLOWING, python)
        others = module(server, Authority(tmp_path / "other", strict=False), ALLOWING, python)
        usual = module(server, old, Settings())
    if fork_servers:
        fork_servers.stop()

    assert (allowed.stdout, allowed.stderr) == (f"{VERSION}\n", "")
    assert "certificate verify failed" in others.stderr
    assert (usual.stdout == "") is STRICT_PYTHON
    assert (REFUSED in usual.stderr) is STRICT_PYTHON


def test_what_a_python_imports_at_its_start_is_imported_all_the_same(old, module, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("print('here too')")
    with ApiServer(old.certificate("127.0.0.1")) as server:
        done = module(server, old, ALLOWING, PYTHONPATH=str(tmp_path))

    assert done.stdout == f"here too\n{VERSION}\n"


def test_without_the_setting_modules_have_their_environment_as_it_is():
    assert certificates.for_modules(Settings(), {"PYTHONPATH": "/own"}) == {}


def test_folders_of_the_operators_stay_on_the_path():
    folder = str(sitecustomize.FOLDER)

    assert certificates.for_modules(ALLOWING, {}) == {"PYTHONPATH": folder}
    assert certificates.for_modules(ALLOWING, {"PYTHONPATH": "/own"}) == {
        "PYTHONPATH": f"{folder}{os.pathsep}/own"
    }
