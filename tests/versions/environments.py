"""An environment for each stack: its Python, all packages that tests need, and its own versions."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from kit.paths import ROOT, TESTS
from kit.progress import said_by

from . import lock, pythons
from .listed import Stack

STACKS = Path(sys.prefix) / "stacks"
UV = Path(sys.executable).with_name("uv")
# What nothing here uses stays uncompiled, and so does what compiles on no Python 3.
UNCOMPILED = "ansible_collections/(?!kubernetes/core)"

say = said_by("versions")


class Environment:
    """A virtual environment of a stack."""

    def __init__(self, stack: Stack, python: Path) -> None:
        self._stack = stack
        self._python = python
        self._folder = STACKS / stack.name
        self._ready = self._folder / ".ready"

    @property
    def python(self) -> Path:
        return self._folder / "bin" / "python"

    def variables(self) -> dict[str, str]:
        """Return the environment in which this one's programs are found first."""
        path = os.pathsep.join([str(self.python.parent), os.environ["PATH"]])
        return {
            **os.environ,
            "PATH": path,
            "PYTHONPATH": str(TESTS),
            "TESTS_KUBERNETES": self._stack.kubernetes,
        }

    def ensure(self) -> None:
        """Install it, unless it is there with these very pins."""
        wanted = self._digest()
        if self._ready.exists() and self._ready.read_text("utf-8") == wanted:
            self._ready.touch()  # for make: as new as what it follows from
            return
        say(f"installing {self._stack.name}: Python {self._stack.python}")
        shutil.rmtree(self._folder, ignore_errors=True)
        subprocess.run([str(self._python), "-m", "venv", str(self._folder)], check=True)
        self._install("--require-hashes", "--requirement", str(lock.ALL))
        if lock.has_pins(self._stack):
            self._install("--require-hashes", "--requirement", str(lock.path_of(self._stack)))
        self._install("--no-build-isolation", "--editable", str(ROOT))
        self._compile()
        self._ready.write_text(wanted, "utf-8")

    def _install(self, *words: str) -> None:
        command = [str(UV), "pip", "install", "--quiet", "--no-deps", "--python", str(self.python)]
        subprocess.run([*command, *words], check=True, cwd=ROOT)

    def _compile(self) -> None:
        """Each Ansible module is a process: uncompiled imports would double its cost."""
        words = ["-q", "-j", str(os.cpu_count() or 1), "-x", UNCOMPILED, str(self._folder / "lib")]
        with open(os.devnull, "wb") as nowhere:
            subprocess.run(
                [str(self.python), "-m", "compileall", *words],
                stdout=nowhere,
                stderr=nowhere,
                check=False,
            )

    def _digest(self) -> str:
        digest = hashlib.sha256(os.fsencode(self._python))
        for path in (lock.ALL, lock.path_of(self._stack), ROOT / "pyproject.toml"):
            digest.update(path.read_bytes())
        return digest.hexdigest()


def ensured(stack: Stack) -> Environment:
    """Return the environment of a stack, ready; NoPythonError where its Python is not to be had."""
    environment = Environment(stack, pythons.ensured(stack.python))
    environment.ensure()
    return environment
