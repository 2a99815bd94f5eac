# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""References to images, read as nodes read them: by the grammar of the distribution project."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Optional

DOCKER = "docker.io"
LIBRARY = "library"
LATEST = "latest"
MAX_PATH = 255
LONGEST = 1024  # characters of a whole reference, and more than its longest parts have together
_DOCKERS = ("index.docker.io", "registry-1.docker.io", "registry.hub.docker.com")

_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST = r"(?:{0}(?:\.{0})*|\[[a-fA-F0-9:]+\])".format(_LABEL)
_DOMAIN = re.compile(r"{0}(?::[0-9]{{1,5}})?".format(_HOST))
_NAME = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_PATH = re.compile("{0}(?:/{0})*".format(_NAME))
_TAG = re.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}")
_DIGEST = re.compile("sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}")
# Ids of images that a node has, whosever they are: containerd takes the first digits for all. Not
# so without an algorithm, as the kubelet adds a tag to what is shorter, and so makes it a name.
_IMAGE_ID = re.compile("(?:sha256|sha384|sha512):[a-f0-9]+|[a-f0-9]{64}")


@dataclass(frozen=True)
class Reference:
    """A reference in full, each part as a node understands it."""

    domain: str
    path: str
    tag: Optional[str]
    digest: Optional[str]

    def __str__(self) -> str:
        tag = ":{0}".format(self.tag) if self.tag else ""
        digest = "@{0}".format(self.digest) if self.digest else ""
        return "{0}/{1}{2}{3}".format(self.domain, self.path, tag, digest)


def read(text: str) -> Optional[Reference]:
    """Return what a text refers to; None where it is no name of an image.

    C(busybox) in full is C(docker.io/library/busybox:latest).
    """
    if len(text) > LONGEST:
        return None
    name, digest = _cut(text, "@")
    domain, rest = domain_and_path(name)
    path, tag = tag_of(rest)
    parts = ((_DOMAIN, domain), (_PATH, path), (_TAG, tag), (_DIGEST, digest))
    is_good = all(part is None or form.fullmatch(part) for form, part in parts)
    if not is_good or _IMAGE_ID.fullmatch(text) or len(path) > MAX_PATH:
        return None
    return Reference(domain, path, tag or (None if digest else LATEST), digest)


def domain_and_path(name: str) -> tuple[str, str]:
    """Split a name, without its digest, into its registry and the rest, both in full."""
    first, _slash, rest = name.partition("/")
    domain, path = (_domain(first), rest) if has_domain(name) else (DOCKER, name)
    if domain == DOCKER and "/" not in path:
        path = "{0}/{1}".format(LIBRARY, path)
    return domain, path


def has_domain(name: str) -> bool:
    """Tell whether a name begins with a registry; else it is Docker Hub's."""
    first, slash, _rest = name.partition("/")
    return bool(slash and (first == "localhost" or re.search("[.:]|[A-Z]", first)))


def tag_of(path: str) -> tuple[str, Optional[str]]:
    """Split a tag off; a colon before the last slash begins none."""
    folder, slash, name = path.rpartition("/")
    name, tag = _cut(name, ":")
    return folder + slash + name, tag


def _cut(text: str, mark: str) -> tuple[str, Optional[str]]:
    before, found, after = text.partition(mark)
    return before, after if found else None


def _address(host: str) -> str:
    """Return an IPv6 address in brackets in one spelling, and any other host as it is."""
    try:
        return "[{0}]".format(IPv6Address(host[1:-1])) if host.startswith("[") else host
    except ValueError:
        return host


def _domain(written: str) -> str:
    """Return a registry in one spelling: in lower case, without its default port."""
    host, colon, port = written.lower().rpartition(":")
    if not colon or not (port.isascii() and port.isdigit()):
        host, port = written.lower(), "443"
    port = port.lstrip("0") or "0"
    named = DOCKER if host in _DOCKERS else _address(host)
    return named if port == "443" else "{0}:{1}".format(named, port)
