"""The Go module from which a minor version of Kubernetes is built, with its etcd.

kwok is in the newest one alone: it asks any Kubernetes, and compiles with few.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from cluster.binaries import KUBERNETES, KWOK, MODULES, PACKAGES

from .listed import Versions


def write(versions: Versions, version: str) -> None:
    """Write go.mod and go.sum of a minor version; ValueError where its programs are not named."""
    wanted = next((one for one in versions.kubernetes if one.version == version), None)
    if wanted is None or not wanted.programs:
        raise ValueError(f"versions.yml names no programs of Kubernetes {version}")
    upstream = _go_mod(f"v{wanted.programs}")
    folder = MODULES / f"{KUBERNETES}-{version}"
    folder.mkdir(exist_ok=True)
    (folder / "go.mod").write_text(go_mod(upstream, wanted.programs, wanted.kwok), "utf-8")
    (folder / "go.sum").unlink(missing_ok=True)
    subprocess.run(["go", "mod", "tidy"], cwd=folder, check=True)


def go_mod(upstream: str, version: str, kwok: str) -> str:
    """Return a go.mod by Kubernetes' own one, whose folders are published as modules."""
    lines = ["module cluster\n", *re.findall(r"^(?:go|godebug) .*$", upstream, re.MULTILINE)]
    wanted = (KUBERNETES, KWOK) if kwok else (KUBERNETES,)
    packages = [one.package for one in PACKAGES.values() if one.module in wanted]
    etcd = re.search(r"go\.etcd\.io/etcd/server/v3 (v\S+)", upstream)
    assert etcd, "Kubernetes' go.mod names no version of etcd's server"
    modules = {
        "go.etcd.io/etcd/server/v3": etcd.group(1),
        "k8s.io/kubernetes": f"v{version}",
    }
    if kwok:
        modules["sigs.k8s.io/kwok"] = f"v{kwok}"
    staging = re.findall(r"^\s*(\S+) => \./staging/", upstream, re.MULTILINE)
    published = f"v0.{version.partition('.')[2]}"
    lines += _block("tool", packages)
    lines += _block("require", [f"{name} {one}" for name, one in modules.items()])
    lines += _block("replace", [f"{name} => {name} {published}" for name in staging])
    return "\n".join(lines) + "\n"


def _block(word: str, lines: list[str]) -> list[str]:
    return ["", f"{word} (", *(f"\t{line}" for line in lines), ")"]


def _go_mod(version: str) -> str:
    """Fetch Kubernetes' own go.mod."""
    said = subprocess.run(
        ["go", "mod", "download", "-json", f"k8s.io/kubernetes@{version}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(json.loads(said.stdout)["GoMod"]).read_text("utf-8")
