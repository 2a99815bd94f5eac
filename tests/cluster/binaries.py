"""Kubernetes' programs, built once from Go modules and kept in a cache.

The pins are the go.mod and go.sum files under go/, with a module for each minor version of
Kubernetes; without TESTS_KUBERNETES it is the newest one. Each module has a cache folder
that is named for their digest and the build's flags: a changed pin is a new folder, and an old one
never half right.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from .errors import ClusterError
from .go_build import go_build
from .lock import locked
from .progress import Stopwatch, say

MODULES = Path(__file__).parent / "go"
KUBERNETES = "kubernetes"
KWOK = "kwok"  # in the newest module of Kubernetes, whichever one is wanted
WANTED = "TESTS_KUBERNETES"  # a variable: the minor version to have, such as 1.35


class Program(NamedTuple):
    """A program: its Go module here, its package, and how long a first build takes (two cores)."""

    module: str
    package: str
    seconds: int


PACKAGES = {
    "etcd": Program(KUBERNETES, "go.etcd.io/etcd/server/v3", 30),
    "kube-apiserver": Program(KUBERNETES, "k8s.io/kubernetes/cmd/kube-apiserver", 160),
    "kube-controller-manager": Program(
        KUBERNETES, "k8s.io/kubernetes/cmd/kube-controller-manager", 55
    ),
    "kube-scheduler": Program(KUBERNETES, "k8s.io/kubernetes/cmd/kube-scheduler", 10),
    "kubelet": Program(KUBERNETES, "k8s.io/kubernetes/cmd/kubelet", 20),
    "kubectl": Program(KUBERNETES, "k8s.io/kubernetes/cmd/kubectl", 15),
    "kwok": Program(KWOK, "sigs.k8s.io/kwok/cmd/kwok", 20),
    "keda-operator": Program("keda", "github.com/kedacore/keda/v2/cmd/operator", 240),
    "keda-adapter": Program("keda", "github.com/kedacore/keda/v2/cmd/adapter", 60),
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
READY_MADE = ("etcd", "kube-apiserver", "kubectl")


def minors() -> list[str]:
    """The minor versions of Kubernetes that there are modules of, the oldest one first."""
    found = [path.name.removeprefix(f"{KUBERNETES}-") for path in MODULES.glob(f"{KUBERNETES}-*")]
    return sorted(found, key=lambda minor: [int(part) for part in minor.split(".")])


def wanted_minor() -> str:
    """The minor version to have; ClusterError names what there is where that is another."""
    minor = os.environ.get(WANTED) or minors()[-1]
    if minor not in minors():
        raise ClusterError(f"{WANTED}: there is no {minor}; there are {', '.join(minors())}")
    return minor


def cache() -> Path:
    """Return the build cache's folder."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home, "sqs-k8s-jobs").absolute()


class Module:
    """A Go module under go/: its pins, the flags that its programs are built with, their folder."""

    def __init__(self, name: str) -> None:
        self.path = MODULES / name
        # Of Kubernetes' libraries, KEDA has what makes them name a version, too.
        found = name if name.startswith(KUBERNETES) else f"{KUBERNETES}-{minors()[-1]}"
        self.flags = linker_flags(MODULES / found / "go.mod")
        digest = hashlib.sha256(self.flags.encode())
        for pins in ("go.mod", "go.sum"):
            digest.update((self.path / pins).read_bytes())
        self.folder = cache() / "bin" / f"{name}-{digest.hexdigest()[:16]}"


def linker_flags(pins: Path) -> str:
    """Flags that tell the programs which version they are; without them they say v0.0.0."""
    found = re.search(r"k8s\.io/kubernetes (v(\d+)\.(\d+)\.\d+)", pins.read_text())
    if not found:
        raise ClusterError(f"{pins} does not require k8s.io/kubernetes")
    variable = "-X k8s.io/component-base/version.git"
    version, major, number = found.groups()
    return f"-s -w {variable}Version={version} {variable}Major={major} {variable}Minor={number}"


class Binaries:
    """Finds programs and builds those that are missing."""

    def __init__(self) -> None:
        self._modules = {
            KUBERNETES: Module(f"{KUBERNETES}-{wanted_minor()}"),
            KWOK: Module(f"{KUBERNETES}-{minors()[-1]}"),
            "keda": Module("keda"),
        }
        assets = os.environ.get("KUBEBUILDER_ASSETS")
        self._assets = Path(assets) if assets else None

    def path(self, name: str) -> Path:
        """Return the path of a program, built or not."""
        if self._assets and name in READY_MADE and os.access(self._assets / name, os.X_OK):
            return (self._assets / name).absolute()
        return self._modules[PACKAGES[name].module].folder / name

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
                "Install Go 1.26 or later"
            )
        for name, module in self._modules.items():
            wanted = [one for one in names if PACKAGES[one].module == name]
            if self.missing(wanted):
                module.folder.mkdir(parents=True, exist_ok=True)
                with locked(module.folder / ".lock"):  # somebody else may have built them meanwhile
                    self._build_all(self.missing(wanted))

    def _build_all(self, names: list[str]) -> None:
        seconds = sum(PACKAGES[name].seconds for name in names)
        say(
            f"{len(names)} programs to build, once, from Go modules: "
            f"about {seconds // 60 + 1} min on two cores"
        )
        for number, name in enumerate(names, start=1):
            self._build(name, f"{number}/{len(names)}")

    def _build(self, name: str, count: str) -> None:
        """Build one program beside its place and move it there, so that it is never half there."""
        _, package, seconds = PACKAGES[name]
        module = self._modules[PACKAGES[name].module]
        unfinished = module.folder / f".{name}.{os.getpid()}"
        watch = Stopwatch()
        say(f"building {name} ({count}, about {seconds} s)")
        try:
            go_build(name, module.path, package, unfinished, module.flags)
            unfinished.rename(module.folder / name)
        finally:
            unfinished.unlink(missing_ok=True)
        say(f"built {name} ({count}) in {watch}")
