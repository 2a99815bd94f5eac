"""The root file system of the runner's image."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from pathlib import Path

from cluster.images import applets
from cluster.packages import BUSYBOX
from kit.paths import ROOT
from kit.processes import debian
from versions import pythons

VERSION = debian.python()  # the one that this release of Debian has packages of
PYTHON = f"python{VERSION}"
PACKAGES = (f"{PYTHON}-minimal", f"lib{PYTHON}-stdlib", "libyaml-0-2", "libc-bin", "tzdata")
SITE = Path("usr/local/lib") / PYTHON / "dist-packages"
UV = Path(sys.executable).with_name("uv")
COLLECTIONS = Path("opt/collections/ansible_collections")
COMMANDS = {
    "sqs-k8s-jobs": "sqs_k8s_jobs.cli",
    "ansible-playbook": "ansible.cli.playbook",
}
USERS = "root:x:0:0:root:/root:/bin/sh\nrunner:x:65532:65532:runner:/tmp:/bin/sh\n"


def make(root: Path, wheel: Path, tarball: Path, downloads: Path) -> None:
    """Fill a folder with all that the runner needs to run in a container."""
    _debian(root, downloads)
    _shell(root)
    _python_packages(root, wheel)
    _collections(root, tarball)
    for name, module in COMMANDS.items():
        _command(root / "usr/local/bin" / name, module)
    for folder in ("tmp", "proc", "sys", "dev", "etc"):
        (root / folder).mkdir(exist_ok=True)
    (root / "etc/passwd").write_text(USERS, "utf-8")
    (root / "etc/group").write_text("root:x:0:\nrunner:x:65532:\n", "utf-8")
    _compile(root)


def _debian(root: Path, downloads: Path) -> None:
    """Python and what it needs; what was downloaded before is there."""
    downloads.mkdir(parents=True, exist_ok=True)
    packages = debian.closure(*PACKAGES)
    there = {path.name.partition("_")[0] for path in downloads.glob("*.deb")}
    if wanted := [one for one in packages if one not in there]:
        debian.download(wanted, downloads)
    for path in sorted(downloads.glob("*.deb")):
        if path.name.partition("_")[0] in packages:
            debian.unpack(path, root)


def _shell(root: Path) -> None:
    """Ansible calls a shell and some commands of it."""
    (root / "bin").mkdir(exist_ok=True)
    shutil.copy(BUSYBOX, root / "bin/busybox")
    for applet in applets(BUSYBOX):
        link = root / "bin" / applet
        if not link.exists():
            link.symlink_to("busybox")


def _python_packages(root: Path, wheel: Path) -> None:
    uv = [str(UV), "pip", "install", "--quiet", "--python", str(pythons.ensured(VERSION))]
    target = ["--no-deps", "--target", str(root / SITE)]
    requirements = ["--require-hashes", "-r", str(ROOT / "requirements.txt")]
    for what in (requirements, [str(wheel)]):
        subprocess.run([*uv, *target, *what], check=True)
        shutil.rmtree(root / SITE / "bin")  # of scripts for this machine's own Python


def _collections(root: Path, tarball: Path) -> None:
    """kubernetes.core as the tests have it, and the collection as it is built."""
    there = importlib.import_module("ansible_collections.kubernetes.core").__path__[0]
    shutil.copytree(there, root / COLLECTIONS / "kubernetes/core", ignore=_leftovers)
    own = root / COLLECTIONS / "sqs_k8s/jobs"
    own.mkdir(parents=True)
    shutil.unpack_archive(tarball, own)


def _leftovers(_folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name in ("tests", "docs", "__pycache__")}


def _command(path: Path, module: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = f"#!/usr/bin/{PYTHON}\nfrom {module} import main\n\nraise SystemExit(main())\n"
    path.write_text(text, "utf-8")
    path.chmod(0o755)


def _compile(root: Path) -> None:
    """Nothing can be written there later; times of files do not count, as layers have none."""
    flags = ["-q", "-j", "2", "--invalidation-mode", "unchecked-hash", "-s", str(root), "-p", "/"]
    folders = [str(root / "usr/lib" / PYTHON), str(root / SITE), str(root / "opt")]
    subprocess.run([pythons.ensured(VERSION), "-m", "compileall", *flags, *folders], check=False)
