"""Certificates for API aggregation, for the API server and the extension API server."""

from __future__ import annotations

import base64
from pathlib import Path

from .credentials import write_private


class Aggregation:
    """An authority, and one certificate that both ends show, as PEM files in a folder."""

    def __init__(self, folder: Path, *names: str) -> None:
        """`names` are those under which servers with this certificate are asked for."""
        import trustme  # a quarter of what importing `cluster` would take, for few clusters

        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.authority = folder / "ca.crt"
        self.certificate = folder / "tls.crt"
        self.key = folder / "tls.key"
        authority = trustme.CA()
        issued = authority.issue_cert(*names)
        authority.cert_pem.write_to_path(str(self.authority))
        issued.cert_chain_pems[0].write_to_path(str(self.certificate))
        write_private(self.key, issued.private_key_pem.bytes().decode())

    @property
    def bundle(self) -> str:
        """The authority's certificate as an APIService takes it."""
        return base64.b64encode(self.authority.read_bytes()).decode()

    def apiserver_flags(self) -> list[str]:
        """The flags with which the API server says for whom it passes a request on."""
        return [
            f"--requestheader-client-ca-file={self.authority}",
            "--requestheader-username-headers=X-Remote-User",
            "--requestheader-group-headers=X-Remote-Group",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-",
            f"--proxy-client-cert-file={self.certificate}",
            f"--proxy-client-key-file={self.key}",
        ]
