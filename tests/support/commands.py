"""The commands in the docs, and a shell to run them in as a reader would."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from cluster import Cluster

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str = "sh") -> list[str]:
    """Return a page's blocks of a language, in their order."""
    found = _BLOCK.findall(page.read_text("utf-8"))
    return [_unindented(text, indent) for indent, kind, text in found if kind == language]


class Reader:
    """Somebody who types what the docs say, in a checkout of their own."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        self.checkout = folder / "checkout"
        tracked = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        for name in tracked:
            target = self.checkout / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target, follow_symlinks=False)
        (self.checkout / ".venv").symlink_to(ROOT / ".venv")
        self._environment = {
            **os.environ,
            "KUBECONFIG": str(cluster.kubeconfig),
            "K8S_AUTH_KUBECONFIG": str(cluster.kubeconfig),
            "K8S_AUTH_CONTEXT": cluster.context,
            "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "ANSIBLE_NOCOLOR": "1",
        }

    def types(self, block: str) -> str:
        """Run a block, which must go well, and return what it prints."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=self.checkout,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout


def _unindented(text: str, indent: str) -> str:
    return "".join(line.removeprefix(indent) for line in text.splitlines(keepends=True))
