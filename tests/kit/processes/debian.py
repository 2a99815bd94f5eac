"""Debian packages, downloaded and unpacked: no root, no scripts, nothing of it on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "sqs-k8s-jobs" / "debian"
SECONDS = 300.0
NO = ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")


class Unavailable(RuntimeError):
    """Packages that cannot be had here; says why."""


def python() -> str:
    """Return the minor version of Python that this release has packages of."""
    done = subprocess.run(
        ["apt-cache", "show", "--no-all-versions", "python3"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"(?m)^Version: (\d+\.\d+)", done.stdout)
    if not found:
        raise Unavailable("apt knows no python3")
    return found.group(1)


def closure(*packages: str) -> list[str]:
    """Return these packages and all that they depend on."""
    flags = ["--recurse", "--important", *(f"--no-{one}" for one in NO)]
    done = subprocess.run(
        ["apt-cache", "depends", *flags, *packages], capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    return sorted({line for line in lines if line and line[0].isalnum() and ":" not in line})


def download(packages: Sequence[str], folder: Path) -> None:
    """Download packages, after a look at what there is where it is not known.

    Raises Unavailable where they cannot be had.
    """
    if not shutil.which("apt-get"):
        raise Unavailable(f"no apt-get to have these from: {' '.join(packages)}")
    for before in ([], ["apt-get", "-q", "update"]):
        if before:
            subprocess.run(before, capture_output=True, timeout=SECONDS, check=False)
        done = subprocess.run(
            ["apt-get", "-q", "download", *packages],
            cwd=folder,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        if done.returncode == 0:
            return
    raise Unavailable(f"apt-get cannot download {' '.join(packages)}")


def unpack(package: Path, root: Path) -> None:
    """Unpack a package into a root."""
    subprocess.run(["dpkg-deb", "-x", package, root], check=True)
