"""Command line: build the image, go through the steps, judge."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from chaos import checker, evidence, verdict
from chaos.files import Files
from cluster import ClusterError, realnode
from image import build
from kit import command
from kit.paths import BUILD

from . import scaling
from .progress import say
from .scaling import Scaling
from .steps import Steps
from .system import System

MESSAGES = 500
IMAGES = ("localhost/sqs-k8s-jobs:1", "localhost/sqs-k8s-jobs:2")
WANTED = {
    "changes of the second run": 0,
    "Jobs with a finalizer": 0,
    "objects left": [],
    "changes of its second run": 0,
    "runners before the flood": 1,
    "runners in the flood": scaling.MOST,
    "runners after the flood": 1,
    "Jobs left with a finalizer": 0,
    "objects left of it": [],
}


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="deployed", description=__doc__)
    top.add_argument("--messages", type=int, default=MESSAGES, help="default: %(default)s")
    top.add_argument("--state", metavar="DIR", type=Path, help="keep logs and evidence here")
    return top


def pass_through(files: Files, messages: int) -> bool:
    """Run steps; tell whether all promises held."""
    say("building the image")
    with tempfile.TemporaryDirectory(prefix="deployed-image-") as folder:
        image = build.build(IMAGES, Path(folder))
        say(f"it has {image.stat().st_size / 1e6:.0f} MB")
        with System(files, image) as system:
            steps = Steps(system, IMAGES, messages, BUILD / "dashboard.svg")
            steps.go()
            scaled = Scaling(system, IMAGES[-1], messages, BUILD / "scaling.svg")
            scaled.go()
            system.dump_queues()
    facts = {**steps.facts, **scaled.facts}
    known = evidence.read(files.folder)
    violations = checker.check(known)
    print()
    print("\n".join(verdict.violation_table(violations)), end="\n\n")
    for name, value in facts.items():
        print(f"{name:<34} {value}")
    print()
    say(
        f"{len(known.messages)} messages, {known.created.total()} Jobs,"
        f" {len(known.callbacks)} callbacks"
    )
    return not violations and all(facts[name] == want for name, want in WANTED.items())


def main(arguments: list[str]) -> int:
    """The exit code."""
    options = parser().parse_args(arguments)
    command.end_on_sigterm()
    if reason := realnode.why_not():
        say(f"this machine cannot run a real node: {reason}")
        return command.FAILED
    folder = (options.state or Path(tempfile.mkdtemp(prefix="deployed-"))).absolute()
    files = Files(folder)
    files.fresh()
    try:
        holds = pass_through(files, options.messages)
    except (ClusterError, RuntimeError, OSError) as error:
        say(f"the run itself failed: {error}; see {folder}")
        return command.FAILED
    say("every promise holds" if holds else f"promises were broken; the evidence is in {folder}")
    if holds and not options.state:
        shutil.rmtree(folder, ignore_errors=True)
    return command.HOLDS if holds else command.BROKEN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
