"""One run of `go build`, as cheap as a first build can be, with a line now and then."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from .errors import ClusterError
from .progress import HEARTBEAT_SECONDS, Stopwatch, say

# Compilers of Kubernetes spend a quarter of their time on collecting garbage where memory is free.
FRUGAL_WITH_TIME = {"GOGC": "800", "GOMEMLIMIT": "3GiB"}
STATIC = {"CGO_ENABLED": "0", "GOFLAGS": "", "GOWORK": "off"}
FLAGS = ("-trimpath", "-buildvcs=false", "-mod=readonly", "-gcflags=all=-dwarf=false")


def go_build(name: str, module: Path, package: str, output: Path, linker_flags: str) -> None:
    """Build a program from a package of the Go module in a folder; ClusterError says why not."""
    command = ["go", "build", *FLAGS, "-ldflags", linker_flags, "-o", str(output), package]
    with subprocess.Popen(
        command,
        cwd=module,
        env={**FRUGAL_WITH_TIME, **os.environ, **STATIC},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as build:
        errors = _wait(build, name)
    if build.returncode:
        raise ClusterError(f"go build of {name} failed:\n{errors.strip()[-2000:]}")


def _wait(build: subprocess.Popen[str], name: str) -> str:
    """Wait for its end, with a line every few seconds; return what it wrote of errors."""
    watch = Stopwatch()
    while True:
        try:
            return build.communicate(timeout=HEARTBEAT_SECONDS)[1]
        except subprocess.TimeoutExpired:
            say(f"  still building {name}, {watch.seconds:.0f} s")
        except BaseException:
            build.send_signal(signal.SIGINT)  # on which go tidies up behind itself
            raise
