"""The commands of another ansible-core than the one that the tests themselves run with."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

CORES = Path(sys.prefix) / "ansible-core"
OLDER = sorted(path.stem for path in (Path(__file__).parents[1] / "ansible-core").glob("*.txt"))
# For parametrize: the tests' own, and in `make verify` each older one.
EACH = [
    pytest.param(None, id="newest"),
    *(pytest.param(core, id=core, marks=pytest.mark.verify) for core in OLDER),
]


def command(core: str | None, name: str = "ansible-playbook") -> list[str]:
    """What starts a command of this ansible-core; None is the tests' own."""
    if core is None:
        return [str(Path(sys.executable).parent / name)]
    return [sys.executable, str(CORES / core / "bin" / name)]


def environment(core: str | None) -> dict[str, str]:
    """The environment in which it is found before the tests' own."""
    if core is None:
        return dict(os.environ)
    paths = [str(CORES / core), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
