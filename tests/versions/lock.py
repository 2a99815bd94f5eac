"""Pins of each stack: what it has in other versions than requirements-dev.txt, with hashes."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from kit.paths import ROOT

from .listed import Stack, Versions

PINS = Path(__file__).parent / "pins"
ALL = ROOT / "requirements-dev.txt"
HEAD = "# Of the stack {0}, beside requirements-dev.txt; `make lock` writes it.\n"
PIN = re.compile(r"^([A-Za-z0-9._-]+==[^ ;\\]+)")


def path_of(stack: Stack) -> Path:
    """Return a stack's pins file."""
    return PINS / f"{stack.name}.txt"


def has_pins(stack: Stack) -> bool:
    """Tell whether a stack has anything in another version than requirements-dev.txt."""
    return "==" in path_of(stack).read_text("utf-8")


def lock(versions: Versions, uv: Path) -> None:
    """Write the pins of every stack, and of no other."""
    for old in PINS.glob("*.txt"):
        old.unlink()
    PINS.mkdir(exist_ok=True)
    for stack in versions.stacks:
        path_of(stack).write_text(HEAD.format(stack.name) + differing(_resolved(stack, uv), stack))


def differing(resolved: str, stack: Stack, known: str | None = None) -> str:
    """Return those pins of a resolved list, with their hashes, that all stacks do not have."""
    text = ALL.read_text("utf-8") if known is None else known
    shared = {pin for line in text.splitlines() if (pin := pin_of(line, stack.python))}
    found, keep = [], False
    for line in resolved.splitlines(keepends=True):
        pin = pin_of(line, stack.python)
        if pin:
            keep = pin not in shared
        if keep:
            found.append(line)
    return "".join(found)


def pin_of(line: str, python: str) -> str | None:
    """The pin that a line begins, if it is one for this Python."""
    found = PIN.match(line)
    if not found:
        return None
    marker = line.partition(";")[2].strip(" \\\n")
    return found.group(1) if not marker or _holds(marker, python) else None


def _holds(marker: str, python: str) -> bool:
    from packaging.markers import Marker

    return Marker(marker).evaluate({"python_version": python, "python_full_version": f"{python}.0"})


def _resolved(stack: Stack, uv: Path) -> str:
    """Resolve what a stack asks for; what requirements-dev.txt has is taken where it may be."""
    wanted = f"ansible-core=={stack.ansible_core}.*\nkubernetes=={stack.client}.*\n"
    with tempfile.TemporaryDirectory() as scratch:
        source, output = Path(scratch) / "wanted.in", Path(scratch) / "pins.txt"
        source.write_text(wanted)
        output.write_text(ALL.read_text("utf-8"))
        command = [str(uv), "pip", "compile", "--quiet", "--generate-hashes", "--no-header"]
        how = ["--no-annotate", "--python-version", stack.python, "--output-file", str(output)]
        subprocess.run([*command, *how, str(source)], check=True)
        return output.read_text("utf-8")
