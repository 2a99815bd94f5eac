"""The runner's image, built from this checkout into an archive that containerd imports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kit.processes import collection_build, debian

from . import archive, rootfs


def build(tags: Sequence[str], folder: Path) -> Path:
    """Build it in a folder, which need not be there; return the archive."""
    folder.mkdir(parents=True, exist_ok=True)
    tarball, wheel = collection_build.make(folder)
    root = folder / "root"
    root.mkdir()
    rootfs.make(root, wheel, tarball, debian.CACHE / "image")
    target = folder / "image.tar"
    archive.write(root, tags, target)
    return target
