"""ansible-test of the tests' ansible-core, with a home of its own that outlives a run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

from . import ansible_core

# What its virtual environments are made of is kept here from run to run.
HOME = Path(sys.prefix) / "ansible-test"
# It would download what installs pip, though Python brings one along.
BOOTSTRAP = "import ensurepip\nensurepip.bootstrap()\n"


def run(collection: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ansible-test in the folder of an installed collection."""
    python = ".".join(map(str, sys.version_info[:2]))
    cache = HOME / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in _pips():
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(BOOTSTRAP, "utf-8")
    return subprocess.run(
        [ansible_core.program("ansible-test"), *arguments, "--python", python],
        cwd=collection,
        env={**os.environ, "HOME": str(HOME)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _pips() -> list[str]:
    """The versions of pip that this ansible-test wants to start from."""
    site = Path(sysconfig.get_path("purelib"))
    text = (site / "ansible_test" / "_internal" / "python_requirements.py").read_text("utf-8")
    return re.findall(r"\bpip='([0-9.]+)'", text)
