"""Images that a pattern allows, judged by their text alone."""

from __future__ import annotations

import re

from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy.image_patterns import Images

TEAM, TAGGED = Images(["registry.example/team/*"]), Images(["busybox:1*"])
HUBS = ["", "library/"] + [
    f"{host}/{folder}"
    for host in ("docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com")
    for folder in ("", "library/")
]


def image(data: bytes) -> None:
    """An image that is allowed comes from the registry and the repositories that are listed."""
    text = data.decode("utf-8", "replace")
    if TEAM.allow(text):
        assert re.match(r"registry\.example(:0*443)?/team/[a-z0-9]", text, re.IGNORECASE), ascii(
            text
        )
        assert not re.search(r"[^a-z0-9./_:@-]", text, re.IGNORECASE), ascii(text)
    if TAGGED.allow(text):
        found = re.fullmatch(r"((?:[^@]*/)?)busybox:1[a-zA-Z0-9_.-]*", text)
        assert found, ascii(text)
        assert re.sub(":0*443/", "/", found[1].lower()) in HUBS, ascii(text)
