"""Keys, tokens and kubeconfigs of a control plane, made with the standard library alone."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path

CONTEXT = "sqs-k8s-jobs-test"
_P256 = bytes.fromhex("a00a06082a8648ce3d030107")  # [0] the curve's object identifier


def write_private(path: Path, text: str) -> Path:
    """Write a file that only its owner can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    return path


def signing_key() -> str:
    """A fresh P-256 private key as PEM, for service account tokens.

    The public half may be left out of this format; whoever reads it derives it.
    """
    scalar = bytes([secrets.randbelow(0x7F) + 1]) + secrets.token_bytes(31)
    body = b"\x02\x01\x01" + b"\x04\x20" + scalar + _P256
    text = base64.encodebytes(b"\x30" + bytes([len(body)]) + body).decode()
    return f"-----BEGIN EC PRIVATE KEY-----\n{text}-----END EC PRIVATE KEY-----\n"


class Tokens:
    """One bearer token for the administrator and one for the real node."""

    def __init__(self, node: str) -> None:
        self.admin = secrets.token_hex(16)
        self.node = secrets.token_hex(16)
        self._node_name = node

    def as_csv(self) -> str:
        """The file kube-apiserver reads: token, user, uid, groups."""
        return (
            f"{self.admin},admin,admin,system:masters\n"
            f'{self.node},system:node:{self._node_name},{self._node_name},"system:nodes"\n'
        )


def kubeconfig(server: str, certificate: Path, token: str, context: str = CONTEXT) -> str:
    """A kubeconfig with one context; JSON is YAML, too."""
    authority = base64.b64encode(certificate.read_bytes()).decode()
    cluster = {"server": server, "certificate-authority-data": authority}
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": context, "cluster": cluster}],
        "users": [{"name": context, "user": {"token": token}}],
        "contexts": [{"name": context, "context": {"cluster": context, "user": context}}],
        "current-context": context,
    }
    return json.dumps(document, indent=2) + "\n"
