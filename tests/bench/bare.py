"""A bare API client: creates Jobs as fast as it can, and watches until all are complete.

``python -m bench.bare KUBECONFIG MANIFESTS RESULT``: one manifest per line; the result is when
each was created and complete, in seconds of the system's monotonic clock. Connections are kept
and the bodies are ready before the clock starts: nothing that makes Jobs does less.
"""

from __future__ import annotations

import base64
import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import urllib3

THREADS = 8
PATIENCE = 900.0  # seconds


class Server:
    """The API server that a kubeconfig's only context names."""

    def __init__(self, kubeconfig: Path) -> None:
        document = json.loads(kubeconfig.read_text("utf-8"))
        cluster = document["clusters"][0]["cluster"]
        authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
        self._url = cluster["server"]
        self._pool = urllib3.PoolManager(
            maxsize=THREADS + 1, ca_cert_data=authority, timeout=PATIENCE, retries=False
        )
        self._headers = {
            "Authorization": f"Bearer {document['users'][0]['user']['token']}",
            "Content-Type": "application/json",
        }

    def ask(self, method: str, path: str, body: bytes | None = None) -> Any:
        """Return the answer; raises RuntimeError where it is an error."""
        return json.loads(self._request(method, path, body).data)

    def watch(self, path: str) -> Iterator[dict[str, Any]]:
        """Return the events of a watch, as they come."""
        rest = b""
        for part in self._request("GET", path, None, preload_content=False).stream(amt=None):
            *lines, rest = (rest + part).split(b"\n")
            yield from (json.loads(line) for line in lines if line)

    def _request(self, method: str, path: str, body: bytes | None, **how: Any) -> Any:
        answer = self._pool.request(
            method, self._url + path, body=body, headers=self._headers, **how
        )
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.data[:500]!r}")
        return answer


def run(server: Server, manifests: list[bytes]) -> dict[str, Any]:
    """Create all and wait for all; return the moments."""
    path = f"/apis/batch/v1/namespaces/{json.loads(manifests[0])['metadata']['namespace']}/jobs"
    version = server.ask("GET", path + "?limit=1")["metadata"]["resourceVersion"]
    started, created = time.monotonic(), []

    def create(manifest: bytes) -> None:
        server.ask("POST", path, manifest)
        created.append(time.monotonic())

    with ThreadPoolExecutor(THREADS) as pool:
        made = pool.map(create, manifests)
        complete = _completed(_changes(server, path, version), len(manifests), made)
    return {"started": started, "created": created, "complete": complete}


def _changes(server: Server, path: str, version: str) -> Iterator[dict[str, Any]]:
    """Return Jobs as they change, for as long as it may take; a watch may end at any time."""
    end = time.monotonic() + PATIENCE
    while (left := end - time.monotonic()) > 1:
        query = f"?watch=true&resourceVersion={version}&timeoutSeconds={left:.0f}"
        for event in server.watch(path + query):
            version = event["object"]["metadata"]["resourceVersion"]
            yield event["object"]


def _completed(jobs: Iterator[dict[str, Any]], count: int, made: Iterator[None]) -> list[float]:
    done: dict[str, float] = {}
    for job in jobs:
        kinds = [c["type"] for c in job["status"].get("conditions", ()) if c["status"] == "True"]
        if "Complete" in kinds:
            done.setdefault(job["metadata"]["name"], time.monotonic())
        if len(done) == count:
            break
    for _ in made:
        pass  # what could not be created raises here
    if len(done) < count:
        raise RuntimeError(f"only {len(done)} of {count} Jobs were complete in time")
    return list(done.values())


def main(words: list[str]) -> None:
    """Run the program."""
    kubeconfig, manifests, result = map(Path, words)
    outcome = run(Server(kubeconfig), manifests.read_bytes().splitlines())
    result.write_text(json.dumps(outcome), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
