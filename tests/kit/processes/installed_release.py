"""A built release, installed outside any checkout, as its users install it."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from kit.paths import ROOT

from . import collection_build

# Galaxy has it for everybody else; the package ansible carries it.
CORE = Path(sysconfig.get_path("purelib")) / "ansible_collections" / "kubernetes" / "core"
PIP = ("pip", "install", "--quiet", "--disable-pip-version-check")


class InstalledRelease:
    """A virtual environment and a folder of collections, with nothing else in them."""

    def __init__(self, folder: Path, tarball: Path, wheel: Path) -> None:
        self.folder = folder
        self.bin = folder / "venv" / "bin"
        self._run(sys.executable, "-m", "venv", str(folder / "venv"))
        self._install(wheel)
        self.collection = collection_build.installed(tarball, folder / "collections")

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

    def _install(self, wheel: Path) -> None:
        """Install the runner, and kubernetes.core beside the collection."""
        python = (str(self.bin / "python"), "-m", *PIP, "--no-deps")
        self._run(*python, "--require-hashes", "-r", str(ROOT / "requirements.txt"))
        self._run(*python, str(wheel))
        needed = self.folder / "collections" / "ansible_collections" / "kubernetes"
        needed.mkdir(parents=True)
        (needed / "core").symlink_to(CORE)

    def _run(self, *command: str) -> None:
        subprocess.run(command, cwd=self.folder, check=True)


class UnpinnedRelease(InstalledRelease):
    """The same with whatever is newest of what the wheel asks for, and kubernetes.core by pip."""

    def _install(self, wheel: Path) -> None:
        (self.folder / "collections").mkdir()
        self._run(str(self.bin / "python"), "-m", *PIP, str(wheel), "ansible")
