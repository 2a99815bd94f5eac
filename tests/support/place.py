"""What was built, installed outside of any checkout, as its users install it."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from support import built

# Galaxy has it for everybody else; the package ansible carries it.
CORE = Path(sysconfig.get_path("purelib")) / "ansible_collections" / "kubernetes" / "core"
PIP = ("pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps")


class Place:
    """A virtual environment and a folder of collections, with nothing else in them."""

    def __init__(self, folder: Path, tarball: Path, wheel: Path) -> None:
        self.folder = folder
        self.bin = folder / "venv" / "bin"
        self._run(sys.executable, "-m", "venv", str(folder / "venv"))
        python = (str(self.bin / "python"), "-m", *PIP)
        self._run(*python, "--require-hashes", "-r", str(built.ROOT / "requirements.txt"))
        self._run(*python, str(wheel))
        needed = folder / "collections" / "ansible_collections" / "kubernetes"
        needed.mkdir(parents=True)
        (needed / "core").symlink_to(CORE)
        self.collection = built.installed(tarball, folder / "collections")

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which it is used: nothing of the tests' own is found."""
        return {
            "PATH": os.pathsep.join([str(self.bin), os.environ["PATH"]]),
            "PYTHONPATH": "",
            "ANSIBLE_COLLECTIONS_PATH": str(self.folder / "collections"),
        }

    def call(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command of it to its end."""
        return subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            cwd=self.folder,
            env={**os.environ, **self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def _run(self, *command: str) -> None:
        subprocess.run(command, cwd=self.folder, check=True)
