"""A small run of the whole harness: everything fails once, and every promise holds."""

from __future__ import annotations

import json
from pathlib import Path

from kit.processes import programs

from chaos import checker, fault_kinds

SEED, MESSAGES, KILLS = 1, 60, 10
PATIENCE = 150.0


def test_every_promise_holds_while_everything_fails(tmp_path: Path) -> None:
    state, build = ("--state", str(tmp_path / "state")), ("--build", str(tmp_path))
    sizes = ("--messages", str(MESSAGES), "--kills", str(KILLS), "--patience", str(PATIENCE))

    done = programs.run("chaos", "--seed", str(SEED), *sizes, *state, *build)

    assert done.returncode == 0, done.stdout
    result = json.loads((tmp_path / "chaos.json").read_text("utf-8"))
    assert result["holds"]
    assert result["violations"] == dict.fromkeys(checker.KINDS, 0)
    assert result["messages"] == MESSAGES
    assert result["kills"] >= KILLS
    assert set(result["faults"]) >= set(fault_kinds.ALL) - set(fault_kinds.LONG)
