"""The collection as its users get it: built into a tarball, installed where Ansible finds it."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

from kit.paths import ROOT


def make(folder: Path) -> tuple[Path, Path]:
    """Run `make build` into a folder; return the tarball and the wheel."""
    subprocess.run(
        [
            "make",
            "--silent",
            "build",
            f"BUILD={folder}",
            f"VENV={os.path.relpath(sys.prefix, ROOT)}",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    (tarball,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return tarball, wheel


def tarball(folder: Path) -> Path:
    """Build the tarball alone into a folder."""
    _galaxy("build", str(ROOT), "--output-path", str(folder), cwd=folder)
    (found,) = folder.glob("*.tar.gz")
    return found


def installed(archive: Path, folder: Path) -> Path:
    """Install a tarball under a folder; return the folder of the collection."""
    _galaxy("install", str(archive), "-p", str(folder), "--no-deps", "--force", cwd=folder)
    return folder / "ansible_collections" / "sqs_k8s" / "jobs"


def names(archive: Path) -> set[str]:
    """The names of the files in a tarball."""
    with tarfile.open(archive) as opened:
        return {one.name for one in opened if one.isfile()}


def _galaxy(*arguments: str, cwd: Path) -> None:
    """Run it where no ansible.cfg is: this checkout's own would find the checkout instead."""
    subprocess.run(
        [Path(sys.executable).parent / "ansible-galaxy", "collection", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
    )
