"""A small run of the whole harness: everything fails once, and every promise holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from chaos import checker

TESTS = Path(__file__).resolve().parents[1]
SEED, MESSAGES, KILLS = 1, 60, 10
PATIENCE = 150.0


def test_every_promise_holds_while_everything_fails(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "chaos", "--seed", str(SEED)),
            *("--messages", str(MESSAGES), "--kills", str(KILLS), "--patience", str(PATIENCE)),
            *("--state", str(tmp_path / "state"), "--build", str(tmp_path)),
        ],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    result = json.loads((tmp_path / "chaos.json").read_text("utf-8"))
    assert result["holds"]
    assert result["violations"] == dict.fromkeys(checker.KINDS, 0)
    assert result["messages"] == MESSAGES
    assert result["kills"] >= KILLS
