"""The parts of `make verify`, in their order, as commands of this project."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from versions.listed import BRIEF, WHOLE, Stack, load

PYTEST = (sys.executable, "-m", "pytest", "-q")
WORKERS = ("-n", "2", "--dist", "worksteal")
FUZZ_SECONDS = 300
MINUTES = {WHOLE: 36, BRIEF: 4}  # beside what is built and installed once


@dataclass(frozen=True)
class Part:
    """One part: its name, what it shows, its command, and how long it takes on two cores."""

    name: str
    shows: str
    command: tuple[str, ...]
    minutes: int


def _stack(stack: Stack) -> Part:
    """The part that runs a stack of versions."""
    shows = (
        f"{stack.runs}: Python {stack.python}, ansible-core {stack.ansible_core}, "
        f"client {stack.client}, Kubernetes {stack.kubernetes}"
    )
    command = (sys.executable, "-m", "versions", "run", stack.name)
    return Part(stack.name, shows, command, MINUTES[stack.runs])


STACKS = load().stacks
PARTS = (
    *map(_stack, STACKS),
    Part(
        "molecule",
        "every scenario of each role: success, failure, check mode",
        (*PYTEST, *WORKERS, "-m", "verify or not verify", "tests/molecule"),
        2,
    ),
    Part(
        "program",
        "the tutorial on a cluster of its own, kills, replicas, the bench in small, AWX's forms",
        (*PYTEST, "-m", "verify", "tests/e2e", "tests/integration"),
        6,
    ),
    Part(
        "fuzz",
        "hostile texts for longer",
        (sys.executable, "-m", "fuzz", "--seconds", str(FUZZ_SECONDS)),
        6,
    ),
    Part(
        "deployed",
        "the image on a real node: deployed, killed, upgraded, scaled by KEDA, undeployed",
        (sys.executable, "-m", "deployed"),
        7,
    ),
)
