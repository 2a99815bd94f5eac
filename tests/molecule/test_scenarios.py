"""Each role's molecule scenarios, on a real control plane: success, failure and check mode."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = sorted(
    path.parent.name for path in (ROOT / "extensions").glob("molecule/*/molecule.yml")
)
# What the caller of a scenario hears; of the failing one it refuses what it hears first.
HEARD = {"report": [0, 1, 2], "report-failure": [0, 0, 1, 3]}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_goes_as_it_says(scenario, cluster, receiver, tmp_path):
    answers = iter([503] if scenario == "report-failure" else [])
    receiver.answer = lambda _body: next(answers, 200)

    done = subprocess.run(
        [sys.executable, "-m", "molecule", "test", "--scenario-name", scenario],
        cwd=ROOT,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            **cluster.for_modules,
            "MOLECULE_COLLECTIONS_PATH": str(ROOT / "collections"),
            "MOLECULE_EPHEMERAL_DIRECTORY": str(tmp_path),
            "MOLECULE_WEBHOOK_URL": receiver.url,
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert [one.body["status"] for one in receiver.callbacks()] == HEARD.get(scenario, [])


def test_each_role_has_scenarios_for_failure_and_for_check_mode():
    roles = [path.name for path in (ROOT / "roles").iterdir()]

    assert (
        sorted(f"{role}{kind}" for role in roles for kind in ("", "-check", "-failure"))
        == SCENARIOS
    )
