"""The index of the faults that were made by hand: what each breaks, and the tests that notice."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml
from kit.paths import ROOT

FOLDER = Path(__file__).with_name("faults")
INDEX = FOLDER / "index.yml"
ADVICE = (
    "make the same fault in the code by hand, write it down with"
    " `git diff >tests/mutants/faults/NAME.patch`, and take it back with `git checkout`"
)


@dataclass(frozen=True)
class Fault:
    """A patch of the product, the promise that it breaks, and tests of which one has to fail."""

    name: str
    breaks: str
    caught_by: tuple[str, ...]

    @property
    def patch(self) -> Path:
        """The file with the patch."""
        return FOLDER / f"{self.name}.patch"


def read(path: Path = INDEX) -> list[Fault]:
    """Return the faults in the order of the index."""
    entries = yaml.safe_load(path.read_text("utf-8"))
    return [
        Fault(name, entry["breaks"], tuple(entry["caught_by"])) for name, entry in entries.items()
    ]


def named(name: str, known: Iterable[Fault]) -> Fault:
    """Return the fault of that name; its number alone will do."""
    for fault in known:
        if name in (fault.name, fault.name.partition("-")[0]):
            return fault
    raise ValueError(f"there is no fault {name}")


def tests(faults: Iterable[Fault]) -> list[str]:
    """Return the tests that these faults name, each once; none that a whole file includes."""
    found = dict.fromkeys(test for fault in faults for test in fault.caught_by)
    return [test for test in found if "::" not in test or test.partition("::")[0] not in found]


def outdated(fault: Fault, folder: Path = ROOT) -> str:
    """Return why the patch of a fault does not apply to a checkout; empty where it does."""
    checked = subprocess.run(
        ["git", "apply", "--check", str(fault.patch)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return checked.stderr.strip()


def demand_current(faults: Iterable[Fault]) -> None:
    """Raise ValueError, naming each patch that does not apply to the code as it is."""
    reasons = {fault.name: reason for fault in faults if (reason := outdated(fault))}
    if reasons:
        said = "\n".join(f"{name}.patch: {reason}" for name, reason in reasons.items())
        raise ValueError(f"these faults no longer apply: {ADVICE}.\n{said}")
