"""Kubernetes' programs, built once from Go modules and kept in a cache.

The pins are the go.mod and go.sum files under go/. Each module has a cache folder that is named for
their digest and the build's flags: a changed pin is a new folder, and an old one never half right.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import ClusterError
from .progress import Stopwatch, say

MODULES = Path(__file__).parent / "go"
HEARTBEAT_SECONDS = 15.0
PACKAGES = {
    "etcd": ("kubernetes", "go.etcd.io/etcd/server/v3"),
    "kube-apiserver": ("kubernetes", "k8s.io/kubernetes/cmd/kube-apiserver"),
    "kube-controller-manager": ("kubernetes", "k8s.io/kubernetes/cmd/kube-controller-manager"),
    "kube-scheduler": ("kubernetes", "k8s.io/kubernetes/cmd/kube-scheduler"),
    "kubelet": ("kubernetes", "k8s.io/kubernetes/cmd/kubelet"),
    "kubectl": ("kubernetes", "k8s.io/kubernetes/cmd/kubectl"),
    "kwok": ("kwok", "sigs.k8s.io/kwok/cmd/kwok"),
    "keda-operator": ("keda", "github.com/kedacore/keda/v2/cmd/operator"),
    "keda-adapter": ("keda", "github.com/kedacore/keda/v2/cmd/adapter"),
}
CONTROL_PLANE = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubectl",
    "kwok",
)
NODE = ("kubelet",)
KEDA = ("keda-operator", "keda-adapter")
ATTACHED = ("kubectl", "kwok")
READY_MADE = ("etcd", "kube-apiserver", "kubectl")


def linker_flags() -> str:
    """Flags that tell the programs which version they are; without them they say v0.0.0."""
    pins = (MODULES / "kubernetes" / "go.mod").read_text()
    found = re.search(r"k8s\.io/kubernetes (v(\d+)\.(\d+)\.\d+)", pins)
    if not found:
        raise ClusterError("go/kubernetes/go.mod does not require k8s.io/kubernetes")
    variable = "-X k8s.io/component-base/version.git"
    version, major, minor = found.groups()
    return f"-s -w {variable}Version={version} {variable}Major={major} {variable}Minor={minor}"


def cache_folder(module: str) -> Path:
    """Where the programs of a module are kept, for its pins and flags as they are."""
    digest = hashlib.sha256(linker_flags().encode())
    for name in ("go.mod", "go.sum"):
        digest.update((MODULES / module / name).read_bytes())
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    cache = os.environ.get("SQS_K8S_JOBS_CACHE") or f"{home}/sqs-k8s-jobs"
    return Path(cache).absolute() / "bin" / f"{module}-{digest.hexdigest()[:16]}"


class Binaries:
    """Finds programs and builds those that are missing."""

    def __init__(self) -> None:
        self._folders = {module: cache_folder(module) for module, _ in PACKAGES.values()}
        assets = os.environ.get("KUBEBUILDER_ASSETS")
        self._assets = Path(assets) if assets else None

    def path(self, name: str) -> Path:
        """Where a program is, or will be once it is built."""
        if self._assets and name in READY_MADE and os.access(self._assets / name, os.X_OK):
            return (self._assets / name).absolute()
        return self._folders[PACKAGES[name][0]] / name

    def missing(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if not self.path(name).exists()]

    def ensure(self, names: Iterable[str]) -> None:
        """Build what is missing of these."""
        names = list(names)
        if not self.missing(names):
            return
        if not shutil.which("go"):
            raise ClusterError(
                f"{', '.join(self.missing(names))}: to be built, but there is no `go` on the PATH. "
                "Install Go 1.24 or later"
            )
        for module, folder in self._folders.items():
            some = [name for name in names if PACKAGES[name][0] == module]
            if self.missing(some):
                folder.mkdir(parents=True, exist_ok=True)
                with locked(folder / ".lock"):  # somebody else may have built them meanwhile
                    self._build_all(self.missing(some))

    def _build_all(self, names: list[str]) -> None:
        for number, name in enumerate(names, start=1):
            self._build(name, f"{number}/{len(names)}")

    def _build(self, name: str, count: str) -> None:
        """Build one program beside its place and move it there, so that it is never half there."""
        module, package = PACKAGES[name]
        folder = self._folders[module]
        unfinished = folder / f".{name}.{os.getpid()}"
        watch = Stopwatch()
        say(f"building {name} ({count})")
        try:
            go_build(MODULES / module, package, unfinished, name)
            unfinished.rename(folder / name)
        finally:
            unfinished.unlink(missing_ok=True)
        say(f"built {name} ({count}) in {watch}")


def go_build(module: Path, package: str, output: Path, name: str) -> None:
    """Run `go build` with a line every few seconds, as the first build takes minutes."""
    command = ["go", "build", "-trimpath", "-buildvcs=false", "-mod=readonly"]
    command += ["-ldflags", linker_flags(), "-o", str(output), package]
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "", "GOWORK": "off"}
    watch = Stopwatch()
    with subprocess.Popen(
        command,
        cwd=module,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as build:
        while True:
            try:
                errors = build.communicate(timeout=HEARTBEAT_SECONDS)[1]
                break
            except subprocess.TimeoutExpired:
                say(f"  still building {name}, {watch.seconds:.0f} s")
            except BaseException:
                build.send_signal(signal.SIGINT)  # on which go tidies up behind itself
                raise
    if build.returncode:
        raise ClusterError(f"go build of {name} failed:\n{errors.strip()[-2000:]}")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock that other processes respect and that the kernel drops with its holder."""
    with path.open("w") as file:
        if not taken(file.fileno()):
            say("another process is building; waiting for it")
            wait_for_lock(file.fileno())
        yield


def wait_for_lock(descriptor: int) -> None:
    """Wait for a lock, with a line now and then."""
    watch, told = Stopwatch(), 0.0
    while not taken(descriptor):
        if watch.seconds - told > HEARTBEAT_SECONDS:
            told = watch.seconds
            say(f"  still waiting for the other build, {told:.0f} s")
        time.sleep(0.2)


def taken(descriptor: int) -> bool:
    """Whether the lock could be taken just now."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
