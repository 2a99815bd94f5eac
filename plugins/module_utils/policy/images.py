# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The names that an image has: as it is written, and in full."""

from __future__ import annotations

DOCKER = "docker.io"
_ALIASES = {"index.docker.io": DOCKER, "registry-1.docker.io": DOCKER}


def forms(image: str) -> tuple[str, str]:
    """Return an image's name as it is written and in full, as the node reads it.

    C(busybox) in full is C(docker.io/library/busybox:latest).
    """
    host, path = _host_and_path(image)
    if host == DOCKER and "/" not in path:
        path = "library/{0}".format(path)
    name = path.rpartition("/")[2]
    tag = "" if ":" in name or "@" in name else ":latest"
    return image, "{0}/{1}{2}".format(host, path, tag)


def _host_and_path(image: str) -> tuple[str, str]:
    """Split off the registry, which a name without one does not have."""
    host, slash, path = image.partition("/")
    if not slash or not (host == "localhost" or any(one in host for one in ".:") or _upper(host)):
        return DOCKER, image
    host = host.lower().removesuffix(":443")
    return _ALIASES.get(host, host), path


def _upper(text: str) -> bool:
    return text != text.lower()
