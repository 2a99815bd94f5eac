"""A server that speaks as an API server does to who asks for its version, over TLS."""

from __future__ import annotations

import json
from pathlib import Path

from .endpoint import with_status
from .tls import Authority, TlsEndpoint

CONTEXT = "old"
VERSION = "v1.37.0-test"
_PARTS = "major minor gitCommit gitTreeState buildDate goVersion compiler platform"
_BODY = {**dict.fromkeys(_PARTS.split(), ""), "gitVersion": VERSION}


class ApiServer(TlsEndpoint):
    """With this certificate; it knows one answer, whatever it is asked."""

    def __init__(self, certificate: Path) -> None:
        answer = with_status(
            200, json.dumps(_BODY).encode(), **{"Content-Type": "application/json"}
        )
        super().__init__(certificate, answer)


def kubeconfig(file: Path, server: str, authority: Authority | None, token: str = "t") -> Path:
    """Write a kubeconfig with one context, which trusts an authority, or else the system's."""
    own = {"certificate-authority": str(authority.file)} if authority else {}
    cluster = {"server": server, **own}
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": CONTEXT, "cluster": cluster}],
        "users": [{"name": CONTEXT, "user": {"token": token}}],
        "contexts": [{"name": CONTEXT, "context": {"cluster": CONTEXT, "user": CONTEXT}}],
        "current-context": CONTEXT,
    }
    file.write_text(json.dumps(document), "utf-8")
    return file
