"""The commands in the docs, and a shell to run them in as a reader would."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from cluster.binaries import WANTED, wanted_minor

from kit.paths import DOCS, ROOT

PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted(DOCS.rglob("*.md"))]
VENV = Path(sys.prefix) / "bin"  # .venv, or that of another combination of versions
_BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_LEFT_OPEN = re.compile(r" \w+=…")
_OURS = ("PYTHONPATH", "KUBECONFIG", "K8S_AUTH_", "ANSIBLE_", "SQS_K8S_JOBS_", "MAKE", "MFLAGS")


def blocks(page: Path, language: str = "sh") -> list[str]:
    """Return a page's blocks of a language, in their order."""
    found = _BLOCK.findall(page.read_text("utf-8"))
    return [_unindented(text, indent) for indent, kind, text in found if kind == language]


def shows(output: str, block: str) -> bool:
    """Tell whether the lines of a block come in this order; `…` is anything there."""
    lines = [re.escape(line).replace("…", ".*") for line in block.splitlines()]
    return re.search("^" + "$(?:.|\n)*^".join(lines) + "$", output, re.MULTILINE) is not None


class Reader:
    """Somebody who types what the docs say, in a checkout of their own.

    What is exported holds for all that is typed later, where a page says `NAME=…` too.
    """

    def __init__(self, folder: Path, **exported: str) -> None:
        self.checkout = folder / "checkout"
        _copy_checkout(self.checkout)
        self._exports = folder / "exports.sh"
        self._exports.touch()
        path = [one for one in os.environ["PATH"].split(os.pathsep) if Path(one) != VENV]
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(_OURS)},
            WANTED: wanted_minor(),
            "PATH": os.pathsep.join(path),
            "ANSIBLE_NOCOLOR": "1",
            **exported,
        }

    def types(self, block: str) -> str:
        """Run a block, which must go well, and return what it prints."""
        process = self.starts(block)
        output, _ = process.communicate()
        assert process.returncode == 0, output
        return output

    def starts(self, block: str) -> subprocess.Popen[str]:
        """Run a block that keeps its terminal busy."""
        lines = [f". {self._exports}", _LEFT_OPEN.sub("", block), f"export -p >{self._exports}"]
        return subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", "\n".join(lines)],
            cwd=self.checkout,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def _copy_checkout(folder: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for name in tracked:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target, follow_symlinks=False)
        # Older than .venv, or make would set that up for this copy.
        os.utime(target, (0, 0), follow_symlinks=False)
    (folder / ".venv").symlink_to(sys.prefix)


def _unindented(text: str, indent: str) -> str:
    return "".join(line.removeprefix(indent) for line in text.splitlines(keepends=True))
