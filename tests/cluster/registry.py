"""A registry with one image, for pods whose pull policy is Always - as it is for `busybox`.

An image without a tag, or with the tag latest, is pulled anew for every pod unless the pod says
otherwise. The real node asks here first, so that such pods start without the internet.
"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from .images import MANIFEST_TYPE, REPOSITORY, TAGS, Images, digest


class Registry:
    """Serves the pulling half of the OCI distribution protocol on a port of the loopback."""

    def __init__(self, images: Images) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler(answers(images)))
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, name="registry", daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def answers(images: Images) -> dict[str, tuple[str, bytes]]:
    """Every path there is, with its media type and content."""
    top = f"/v2/{REPOSITORY}"
    manifest = images.manifest()
    found = {f"{top}/manifests/{name}": (MANIFEST_TYPE, manifest) for name in TAGS}
    found[f"{top}/manifests/{digest(manifest)}"] = (MANIFEST_TYPE, manifest)
    for name, content in images.blobs().items():
        found[f"{top}/blobs/{name}"] = ("application/octet-stream", content)
    return found


def handler(content: dict[str, tuple[str, bytes]]) -> type[BaseHTTPRequestHandler]:
    """A request handler for these paths and no others."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def _answer(self, with_body: bool) -> None:
            media_type, body = content.get(urlsplit(self.path).path, ("", b""))
            self.send_response(200 if media_type else 404)
            self.send_header("Content-Length", str(len(body)))
            if media_type:
                self.send_header("Content-Type", media_type)
                self.send_header("Docker-Content-Digest", digest(body))
            self.end_headers()
            if with_body:
                self.wfile.write(body)

    return Handler
