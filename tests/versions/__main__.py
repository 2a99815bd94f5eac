"""Command line: run a stack, pin what stacks have, or write what follows from the list."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence

from kit.paths import BUILD, ROOT

from . import environments, generated, go_module, lock, selection
from .listed import Stack, Versions, load
from .pythons import NoPythonError

RESULTS = BUILD / "verify"
WORKERS = ("-n", "3", "--dist", "worksteal")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="versions", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="all that `make verify` runs of a stack")
    run.add_argument("stack")
    commands.add_parser("lock", help="pin what each stack has")
    commands.add_parser("write", help="docs/reference/versions.md, ignore files and metadata")
    kubernetes = commands.add_parser("kubernetes", help="the Go module of a minor version")
    kubernetes.add_argument("version")
    return top


def run(versions: Versions, stack: Stack) -> int:
    """Run a stack's tests in its environment; the exit code is pytest's."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    for old in RESULTS.glob(f"{stack.name}.[axw]*"):
        old.unlink()
    try:
        environment = environments.ensured(stack)
    except NoPythonError as error:
        (RESULTS / f"{stack.name}.absent").write_text(str(error), "utf-8")
        print(error)
        return 0 if stack.optional else 1
    command = [str(environment.python), "-m"]
    core = versions.core(stack.ansible_core)
    if core.runner:
        _note_patches([*command, "sqs_k8s_jobs.fork_server", "--json"], environment, stack)
    chosen = selection.paths(stack, core)
    flags = [
        "-q",
        *WORKERS,
        "-m",
        selection.MARKS[stack.runs],
        "--junit-xml",
        str(RESULTS / f"{stack.name}.xml"),
    ]
    if lock.has_pins(stack):
        flags += ["--deselect", selection.AS_PINNED]
    words = [*command, "pytest", *flags, *chosen]
    return subprocess.run(words, cwd=ROOT, env=environment.variables(), check=False).returncode


def _note_patches(command: list[str], environment: environments.Environment, stack: Stack) -> None:
    said = subprocess.run(
        command, env=environment.variables(), capture_output=True, text=True, check=True
    )
    (RESULTS / f"{stack.name}.patches").write_text(said.stdout, "utf-8")


def main(arguments: Sequence[str]) -> int:
    """The exit code."""
    options = parser().parse_args(arguments)
    versions = load()
    if options.command == "run":
        return run(versions, versions.stack(options.stack))
    if options.command == "lock":
        lock.lock(versions, environments.UV)
    elif options.command == "kubernetes":
        go_module.write(versions, options.version)
    else:
        generated.write(versions, ROOT)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
