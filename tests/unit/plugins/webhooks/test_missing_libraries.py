"""A machine without the libraries that the module builds on hears which one it lacks."""

import json
import os
import subprocess
import sys

import pytest
from kit.paths import ROOT

# As Ansible runs a module, on a machine that has no library of this name.
RUN = """
import sys
from ansible.module_utils import basic
basic._ANSIBLE_ARGS = b'{"ANSIBLE_MODULE_ARGS": {"callbacks": []}}'
basic._ANSIBLE_PROFILE = "legacy"
sys.modules[sys.argv[1]] = None
from ansible_collections.sqs_k8s.jobs.plugins.modules import webhook
webhook.main()
"""


@pytest.mark.parametrize(("library", "name"), [("urllib3", "urllib3"), ("yaml", "PyYAML")])
def test_the_module_says_which_library_is_missing(library, name):
    done = subprocess.run(
        [sys.executable, "-c", RUN, library],
        env={**os.environ, "PYTHONPATH": str(ROOT / "collections")},
        capture_output=True,
        text=True,
        check=False,
    )

    answer = json.loads(done.stdout)
    assert (answer["failed"], done.returncode) == (True, 1)
    assert f"required Python library ({name})" in answer["msg"]
