"""Each role's molecule scenarios, on a real control plane: success, failure and check mode.

Failure and check mode are for `make verify`: other tests show the same of the playbooks.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from kit.paths import ROLES, ROOT
from sqs_k8s_jobs.fork_server.supervisor import ForkServers

SCENARIOS = sorted(
    path.parent.name for path in (ROOT / "extensions").glob("molecule/*/molecule.yml")
)
BIN = Path(sys.executable).parent
ROLE_NAMES = sorted(path.name for path in ROLES.iterdir())
# What the caller of a scenario hears; of the failing one it refuses what it hears first.
HEARD = {"report": [0, 1, 2], "report-failure": [0, 0, 1, 3]}


@pytest.fixture
def executables():
    """Fork servers of a scenario's own: what Ansible reads at its start is the scenario's."""
    fork_servers = ForkServers(None)
    yield fork_servers.executables()
    fork_servers.stop()


@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param(name, marks=pytest.mark.verify if name not in ROLE_NAMES else ())
        for name in SCENARIOS
    ],
)
def test_a_scenario_goes_as_it_says(scenario, cluster, receiver, executables, tmp_path):
    answers = iter([503] if scenario == "report-failure" else [])
    receiver.answer = lambda _body: next(answers, 200)

    done = subprocess.run(
        [sys.executable, "-m", "molecule", "test", "--scenario-name", scenario],
        cwd=ROOT,
        env={
            **os.environ,
            "PATH": os.pathsep.join([executables.folder, str(BIN), os.environ["PATH"]]),
            **cluster.for_modules,
            "MOLECULE_COLLECTIONS_PATH": str(ROOT / "collections"),
            "MOLECULE_EPHEMERAL_DIRECTORY": str(tmp_path),
            "MOLECULE_WEBHOOK_URL": receiver.url,
            "MOLECULE_PYTHON": executables.python,
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert [one.body["status"] for one in receiver.callbacks()] == HEARD.get(scenario, [])


def test_each_role_has_scenarios_for_failure_and_for_check_mode():
    assert (
        sorted(f"{role}{kind}" for role in ROLE_NAMES for kind in ("", "-check", "-failure"))
        == SCENARIOS
    )
