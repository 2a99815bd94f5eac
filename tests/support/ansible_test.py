"""ansible-test of any ansible-core, with a home of its own that outlives a run."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from pathlib import Path

from support import cores

# What its virtual environments are made of is kept here from run to run, in a home for each core:
# two of them may work at once.
HOMES = Path(sys.prefix) / "ansible-test"
# It would download what installs pip, though Python brings one along.
BOOTSTRAP = "import ensurepip\nensurepip.bootstrap()\n"


def run(core: str | None, collection: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ansible-test in the folder of an installed collection."""
    home = HOMES / (core or "newest")
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in _pips(core):
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(BOOTSTRAP, "utf-8")
    return subprocess.run(
        [*cores.command(core, "ansible-test"), *arguments, "--python", "3.11"],
        cwd=collection,
        env={**cores.environment(core), "HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def _pips(core: str | None) -> list[str]:
    """The versions of pip that this ansible-test wants to start from."""
    site = Path(sysconfig.get_path("purelib")) if core is None else cores.CORES / core
    text = (site / "ansible_test" / "_internal" / "python_requirements.py").read_text("utf-8")
    return re.findall(r"\bpip='([0-9.]+)'", text)
