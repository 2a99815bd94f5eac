"""Prometheus as Debian has it, unpacked into the cache: nothing is installed, nothing started."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import urllib3
from cluster.ports import free_ports

from kit.wait import until

from . import debian


def program(name: str) -> Path:
    """Return one of its programs; the test is skipped where the package cannot be had."""
    found = shutil.which(name)
    if found:
        return Path(found)
    path = debian.CACHE / "prometheus" / "usr" / "bin" / name
    if not path.exists():
        _unpack("prometheus")
    return path


def promtool(*arguments: str, text: str = "") -> str:
    """Run promtool and return what it said; it has to be content."""
    done = subprocess.run(
        [program("promtool"), *arguments], input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Prometheus:
    """A server that scrapes every second."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool = urllib3.PoolManager(retries=False)

    def ready(self) -> bool:
        """Tell whether it answers."""
        try:
            return self._pool.request("GET", f"{self._url}/-/ready").status == 200
        except urllib3.exceptions.HTTPError:
            return False

    def firing(self) -> set[str]:
        """Return the names of the alerts that fire."""
        answer = json.loads(self._pool.request("GET", f"{self._url}/api/v1/alerts").data)
        return {
            alert["labels"]["alertname"]
            for alert in answer["data"]["alerts"]
            if alert["state"] == "firing"
        }

    def value(self, query: str) -> float | None:
        """Return the value of a query that has one."""
        answer = self._pool.request("GET", f"{self._url}/api/v1/query", fields={"query": query})
        result: list[dict[str, Any]] = json.loads(answer.data)["data"]["result"]
        return float(result[0]["value"][1]) if result else None

    def series(self, query: str, start: float, end: float, step: int) -> list[dict[str, Any]]:
        """Return the series of a query over a time: their labels, and pairs of time and value."""
        fields = {"query": query, "start": str(start), "end": str(end), "step": str(step)}
        answer = self._pool.request("GET", f"{self._url}/api/v1/query_range", fields=fields)
        found: list[dict[str, Any]] = json.loads(answer.data)["data"]["result"]
        return found


@contextmanager
def serving(discovery: dict[str, Any], rules: Path, folder: Path) -> Iterator[Prometheus]:
    """Run a Prometheus with these rules for as long as the block lasts.

    `discovery` is what a scrape configuration says of its targets.
    """
    job = {"job_name": "runner", **discovery}
    every = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
    config = folder / "prometheus.json"  # which is YAML, too
    config.write_text(
        json.dumps({"global": every, "rule_files": [str(rules)], "scrape_configs": [job]})
    )
    address = f"127.0.0.1:{free_ports(1)[0]}"
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                program("prometheus"),
                f"--config.file={config}",
                f"--storage.tsdb.path={folder / 'tsdb'}",
                f"--web.listen-address={address}",
            ],
            stderr=log,
        )
        try:
            server = Prometheus(f"http://{address}")
            until(server.ready, "Prometheus is ready")
            yield server
        finally:
            process.terminate()
            process.wait(30)


def _unpack(package: str) -> None:
    """Download a package and unpack it, without its scripts, which would start a service."""
    debian.CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=debian.CACHE) as folder:
        try:
            debian.download([package], Path(folder))
        except debian.Unavailable as exc:
            pytest.skip(str(exc))
        (file,) = Path(folder).glob("*.deb")
        debian.unpack(file, Path(folder, "tree"))
        target = debian.CACHE / package
        if not target.exists():  # or another test was faster
            Path(folder, "tree").rename(target)
