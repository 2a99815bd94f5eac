"""The parts of `make verify`, in their order, as commands of this project."""

from __future__ import annotations

import sys
from dataclasses import dataclass

PYTEST = (sys.executable, "-m", "pytest", "-q")
WORKERS = ("-n", "2", "--dist", "worksteal")
FUZZ_SECONDS = 300


@dataclass(frozen=True)
class Part:
    """One part: its name, what it shows, its command, and how long it takes on two cores."""

    name: str
    shows: str
    command: tuple[str, ...]
    minutes: int


PARTS = (
    Part(
        "cores",
        "plugins and playbooks with each older ansible-core, slow deployments",
        (*PYTEST, *WORKERS, "-m", "verify", "tests/unit", "tests/integration"),
        2,
    ),
    Part(
        "sanity",
        "Galaxy's tests and the plugins' own on the built collection, with each ansible-core",
        (*PYTEST, *WORKERS, "-m", "verify or not verify", "tests/collection"),
        4,
    ),
    Part(
        "molecule",
        "every scenario of each role: success, failure, check mode",
        (*PYTEST, *WORKERS, "-m", "verify or not verify", "tests/molecule"),
        2,
    ),
    Part(
        "program",
        "the tutorial on a cluster of its own, kills, replicas, the bench in small",
        (*PYTEST, "-m", "verify", "tests/e2e"),
        5,
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
