"""A source package of a Debian release, by an apt configuration beside the system's."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

from cluster import packages

KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
LIBRARIES = (
    "build-essential",
    "dpkg-dev",
    "libbz2-dev",
    "libffi-dev",
    "liblzma-dev",
    "libreadline-dev",
    "libsqlite3-dev",
    "libssl-dev",
    "uuid-dev",
    "zlib1g-dev",
)


class NoSourceError(Exception):
    """A source package cannot be had here."""


def unpacked(package: str, suite: str, folder: Path) -> Path:
    """Fetch a source package of a release, whose digest is signed, and return where it is unpacked.

    It stays as its authors made it: Debian's patches have Python know no pip.
    """
    apt = _Apt(suite, folder)
    apt.run("update")
    apt.run("source", "--download-only", f"{package}/{suite}")
    descriptions = list(folder.glob("*.dsc"))
    if not descriptions:
        raise NoSourceError(f"{suite} has no source package {package}")
    extract = ["dpkg-source", "--skip-patches", "--extract"]
    _run([*extract, descriptions[0].name, "source"], folder)
    return folder / "source"


def ensure_libraries() -> None:
    """Install what a Python is compiled with, where it is missing."""
    asked = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${db:Status-Status}\n", *LIBRARIES],
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode == 0 and set(asked.stdout.split()) == {"installed"}:
        return
    error = packages.apt_get("install", "--no-install-recommends", *LIBRARIES)
    if error:
        raise NoSourceError(f"{' '.join(LIBRARIES)} cannot be installed: {error}")


class _Apt:
    """apt-get with lists and a cache of its own."""

    def __init__(self, suite: str, folder: Path) -> None:
        self._folder = folder
        for name in ("lists/partial", "cache/archives/partial"):
            (folder / name).mkdir(parents=True)
        signed = f"[signed-by={KEYS}] " if KEYS.exists() else ""
        (folder / "sources.list").write_text(f"deb-src {signed}{_mirror()} {suite} main\n")
        own = {
            "Dir::Etc::SourceList": folder / "sources.list",
            "Dir::Etc::SourceParts": "/dev/null",
            "Dir::State::Lists": folder / "lists",
            "Dir::Cache": folder / "cache",
            "APT::Sandbox::User": "root",  # the folder is nobody else's
        }
        self._options = [f"-o{name}={value}" for name, value in own.items()]

    def run(self, *words: str) -> None:
        _run(["apt-get", "-q", *self._options, *words], self._folder)


def _mirror() -> str:
    """Return the archive that this system installs from."""
    try:
        system = platform.freedesktop_os_release()
    except OSError:
        system = {}
    if system.get("ID") != "debian":
        raise NoSourceError("this system is no Debian")
    said = _run(["apt-get", "indextargets", "--format", "$(RELEASE) $(REPO_URI)"], Path("/"))
    for line in said.splitlines():
        release, _, site = line.partition(" ")
        if release == system["VERSION_CODENAME"]:
            return site
    raise NoSourceError("apt knows no archive of this release")


def _run(command: list[str], folder: Path) -> str:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except OSError as error:
        raise NoSourceError(f"{command[0]} does not run: {error}") from error
    if done.returncode:
        raise NoSourceError(f"{command[0]} failed: {done.stderr.strip()[-500:]}")
    return done.stdout
