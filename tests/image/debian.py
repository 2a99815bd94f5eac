"""Debian packages, downloaded and unpacked: no root, no scripts, nothing of it on this machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

NO = ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")


def closure(*packages: str) -> list[str]:
    """Return these packages and all that they depend on."""
    flags = ["--recurse", "--important", *(f"--no-{one}" for one in NO)]
    done = subprocess.run(
        ["apt-cache", "depends", *flags, *packages], capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    return sorted({line for line in lines if line and line[0].isalnum() and ":" not in line})


def unpack(packages: list[str], downloads: Path, root: Path) -> None:
    """Download packages that are not there yet, and unpack them into a root."""
    downloads.mkdir(parents=True, exist_ok=True)
    there = {path.name.partition("_")[0] for path in downloads.glob("*.deb")}
    wanted = [one for one in packages if one not in there]
    if wanted:
        subprocess.run(
            ["apt-get", "-q", "download", *wanted], cwd=downloads, capture_output=True, check=True
        )
    for path in sorted(downloads.glob("*.deb")):
        if path.name.partition("_")[0] in packages:
            subprocess.run(["dpkg-deb", "-x", path, root], check=True)
