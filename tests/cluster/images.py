"""Container images written by hand, as there is no registry and no engine to build with.

Two images share one layer made from a static busybox: `busybox`, and the pause container that
holds a pod's namespaces.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import subprocess
import tarfile
from pathlib import Path
from typing import Any

PAUSE = "localhost/pause:1"
TAGS = ("latest", "1.36", "1")
REPOSITORY = "library/busybox"
BUSYBOX = [f"docker.io/{REPOSITORY}:{tag}" for tag in TAGS]
MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
FOLDERS = {
    "bin": 0o755,
    "dev": 0o755,
    "etc": 0o755,
    "home": 0o755,
    "proc": 0o755,
    "root": 0o700,
    "run": 0o755,
    "sys": 0o755,
    "tmp": 0o1777,
    "usr": 0o755,
    "usr/bin": 0o755,
    "var": 0o755,
    "var/tmp": 0o1777,
}
FILES = {
    "etc/passwd": b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n",
    "etc/group": b"root:x:0:\nnobody:x:65534:\n",
}


class Archive:
    """A tar file in memory whose bytes depend on nothing but its content."""

    def __init__(self) -> None:
        self._bytes = io.BytesIO()
        self._tar = tarfile.TarFile(fileobj=self._bytes, mode="w", format=tarfile.USTAR_FORMAT)

    def folder(self, name: str, mode: int) -> None:
        entry = tarfile.TarInfo(f"{name}/")
        entry.type, entry.mode = tarfile.DIRTYPE, mode
        self._tar.addfile(entry)

    def file(self, name: str, content: bytes, mode: int = 0o644) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(content), mode
        self._tar.addfile(entry, io.BytesIO(content))

    def link(self, name: str, target: str) -> None:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, target, 0o777
        self._tar.addfile(entry)

    def finish(self) -> bytes:
        self._tar.close()
        return self._bytes.getvalue()


def applets(busybox: Path) -> list[str]:
    """The other names that it answers to."""
    listed = subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True)
    return sorted(set(listed.stdout.split()) - {"busybox"})


def layer(busybox: Path) -> bytes:
    """A root file system: busybox under every name it answers to."""
    archive = Archive()
    for name, mode in FOLDERS.items():
        archive.folder(name, mode)
    for name, content in FILES.items():
        archive.file(name, content)
    archive.file("bin/busybox", busybox.read_bytes(), 0o755)
    for applet in applets(busybox):
        archive.link(f"bin/{applet}", "busybox")
    archive.link("usr/bin/env", "../../bin/env")
    return archive.finish()


def configuration(command: list[str], layer_digest: str) -> bytes:
    """An image's configuration: what it runs, and of which layers it is."""
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    document: dict[str, Any] = {
        "architecture": machine,
        "os": "linux",
        "config": {"Env": [f"PATH={PATH}"], "Cmd": command, "WorkingDir": "/"},
        "rootfs": {"type": "layers", "diff_ids": [layer_digest]},
    }
    return json.dumps(document, sort_keys=True).encode()


def digest(content: bytes) -> str:
    """Return the digest of content in registries and manifests."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


class Images:
    """Both images, as an archive to import and as content for a registry to serve."""

    def __init__(self, busybox: Path) -> None:
        self._layer = layer(busybox)
        layer_digest = digest(self._layer)
        self._busybox = configuration(["sh"], layer_digest)
        self._pause = configuration(["sleep", "2147483647"], layer_digest)

    def archive(self) -> bytes:
        """A docker-archive."""
        archive = Archive()
        archive.file("layer.tar", self._layer)
        manifest = []
        for tags, text in ((BUSYBOX, self._busybox), ([PAUSE], self._pause)):
            name = f"{hashlib.sha256(text).hexdigest()}.json"
            archive.file(name, text)
            manifest.append({"Config": name, "RepoTags": tags, "Layers": ["layer.tar"]})
        archive.file("manifest.json", json.dumps(manifest).encode())
        return archive.finish()

    def manifest(self) -> bytes:
        """busybox's manifest, as a registry serves it."""
        document = {
            "schemaVersion": 2,
            "mediaType": MANIFEST_TYPE,
            "config": descriptor("application/vnd.oci.image.config.v1+json", self._busybox),
            "layers": [descriptor("application/vnd.oci.image.layer.v1.tar", self._layer)],
        }
        return json.dumps(document).encode()

    def blobs(self) -> dict[str, bytes]:
        """Return the manifest's blobs, by digest."""
        return {digest(content): content for content in (self._busybox, self._layer)}


def descriptor(media_type: str, content: bytes) -> dict[str, Any]:
    """A reference to a piece of content."""
    return {"mediaType": media_type, "digest": digest(content), "size": len(content)}
