"""A root file system as an image that containerd imports."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Sequence
from pathlib import Path

from cluster.images import configuration, digest

RUNTIME = {
    "Entrypoint": ["/usr/local/bin/sqs-k8s-jobs"],
    "Cmd": ["run"],
    "User": "65532:65532",
    "WorkingDir": "/tmp",
    "Env": [
        "PATH=/usr/local/bin:/usr/bin:/bin",
        "ANSIBLE_COLLECTIONS_PATH=/opt/collections",
        "HOME=/tmp",
        "LANG=C.UTF-8",
    ],
}


def write(root: Path, tags: Sequence[str], target: Path) -> None:
    """Write a docker-archive of one image with one layer, by these names."""
    layer = target.with_suffix(".layer")
    with tarfile.open(layer, "w") as tar:
        tar.add(root, arcname=".", filter=_anonymous)
    layer_digest = f"sha256:{_sha256(layer)}"
    document = json.loads(configuration([], layer_digest))
    document["config"] = RUNTIME
    text = json.dumps(document, sort_keys=True).encode()
    name = f"{digest(text).removeprefix('sha256:')}.json"
    manifest = [{"Config": name, "RepoTags": list(tags), "Layers": ["layer.tar"]}]
    with tarfile.open(target, "w") as tar:
        _add(tar, name, text)
        _add(tar, "manifest.json", json.dumps(manifest).encode())
        tar.add(layer, arcname="layer.tar", filter=_anonymous)
    layer.unlink()


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = ""
    if entry.name in ("./tmp", "tmp"):
        entry.mode = 0o1777
    return entry


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
