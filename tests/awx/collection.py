"""The collection awx.awx, which the package `ansible` has no more from version 14 on.

A version that has it is on the package index, where each machine that runs the tests gets its
packages; Ansible Galaxy may be out of reach. `python -m awx.collection` installs it beforehand.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
PLACE = Path(sysconfig.get_path("purelib"))  # Ansible finds collections there by itself
COLLECTION = "ansible_collections/awx/"


def install(place: Path = PLACE) -> bool:
    """Put the collection among the packages in a folder, unless it is there; tell if it was not.

    Several processes may do so at once. Raises CalledProcessError where the package cannot be had.
    """
    place.mkdir(parents=True, exist_ok=True)
    with (place / ".awx-collection.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (place / COLLECTION).is_dir():
            return False
        with tempfile.TemporaryDirectory(dir=place, prefix=".awx-collection-") as folder:
            unpacked = Path(folder) / "unpacked"
            _unpack(_download(Path(folder)), unpacked)
            (place / COLLECTION).parent.mkdir(exist_ok=True)
            os.rename(unpacked / COLLECTION, place / COLLECTION)  # whole, or not at all
        return True


def _download(folder: Path) -> Path:
    """Get the package, checked by its hash."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download"]
    subprocess.run(
        [
            *(*pip, "--no-deps", "--only-binary", ":all:", "--require-hashes"),
            *("--requirement", str(REQUIREMENTS), "--dest", str(folder)),
        ],
        check=True,
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


def _unpack(wheel: Path, folder: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = [name for name in packed.namelist() if name.startswith(COLLECTION)]
        packed.extractall(folder, names)


if __name__ == "__main__":
    install()
