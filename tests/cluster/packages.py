"""Debian packages a real node is made of."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from .progress import Stopwatch, say

CNI_PLUGINS = Path("/usr/lib/cni")
BUSYBOX = Path("/bin/busybox")
APT_SECONDS = 600.0


def is_static(program: Path) -> bool:
    """Tell whether a program is static: its head names no interpreter."""
    try:
        with program.open("rb") as file:
            return b"/ld-" not in file.read(4096)
    except OSError:
        return False


def missing() -> list[str]:
    """The packages whose programs are not there, however they would have come there."""
    found = {
        "containerd": all(shutil.which(name) for name in ("containerd", "ctr")),
        "runc": shutil.which("runc"),
        "containernetworking-plugins": all(
            (CNI_PLUGINS / name).exists() for name in ("bridge", "host-local", "loopback")
        ),
        "busybox-static": is_static(BUSYBOX),
        "iproute2": shutil.which("ip"),
        "util-linux": shutil.which("unshare"),
    }
    return [package for package, there in found.items() if not there]


def ensure() -> str | None:
    """Install what is missing; a reason where that is not possible, None where all is there."""
    wanted = missing()
    if not wanted:
        return None
    packages = " ".join(wanted)
    if os.geteuid() != 0:
        return f"packages missing, and not root to install them: {packages}"
    if not shutil.which("apt-get"):
        return f"packages missing, and no apt-get to install them: {packages}"
    say(f"installing {packages}")
    watch = Stopwatch()
    error = apt_get("install", "--no-install-recommends", *wanted)
    if error:
        apt_get("update")  # the lists may be missing or old
        error = apt_get("install", "--no-install-recommends", *wanted)
    if error or missing():
        return f"could not install {' '.join(missing())}: {error or 'still missing'}"
    say(f"installed {packages} in {watch}")
    return None


def apt_get(*args: str) -> str | None:
    """Run apt-get; the end of what it said where it failed."""
    try:
        done = subprocess.run(
            ["apt-get", "-q", "-y", "-o", f"DPkg::Lock::Timeout={APT_SECONDS:.0f}", *args],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=APT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"apt-get {args[0]} took longer than {APT_SECONDS:.0f} s"
    return None if done.returncode == 0 else done.stderr.strip()[-300:]
