"""The plan of a run: which fault comes when."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

RUNNERS = 2
ENDPOINTS = 20


@dataclass(frozen=True)
class Fault:
    """One fault, so many seconds after the first message."""

    at: float
    kind: str
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """A run's plan: its messages follow from the seed and their number."""

    seed: int
    messages: int
    kills: int
    seconds: float
    faults: list[Fault]

    def write(self, path: Path) -> None:
        """Keep the plan, to be played again."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", "utf-8")

    @classmethod
    def read(cls, path: Path) -> Plan:
        """Return a plan that was kept."""
        values = json.loads(path.read_text("utf-8"))
        values["faults"] = [Fault(**one) for one in values["faults"]]
        return cls(**values)

    def without(self, left_out: Collection[str]) -> Plan:
        """Return the plan without some kinds of fault; the others come as they would."""
        return replace(self, faults=[one for one in self.faults if one.kind not in left_out])

    def lines(self) -> Iterator[str]:
        """The plan for a reader: each kind of fault with its times."""
        yield (
            f"plan: seed {self.seed}, {self.messages} messages, {self.kills} kills,"
            f" {len(self.faults)} faults in {self.seconds:.0f} s"
        )
        for kind in dict.fromkeys(fault.kind for fault in self.faults):
            times = [_shown(fault) for fault in self.faults if fault.kind == kind]
            yield from textwrap.wrap(
                f"{kind} ({len(times)}): {', '.join(times)}",
                width=110,
                initial_indent="  ",
                subsequent_indent="    ",
            )


def _shown(fault: Fault) -> str:
    known = fault.parameters
    words = [f"#{known[name]}" for name in ("runner", "endpoint") if name in known]
    words += [known["namespace"]] if known.get("namespace") else []
    words += [f"{known['step']:+g} s"] if "step" in known else []
    words += [f"{known['seconds']:g} s"] if "seconds" in known else []
    return f"{fault.at:g}" + (f" [{' '.join(words)}]" if words else "")
