"""SVG plots of the results, drawn from the files that the cases have left."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from .memory import MEGABYTE
from .plane import CONTROL_PLANE

OURS, THEIRS, OTHERS, BOUND = "#0072b2", "#d55e00", "#999999", "#009e73"
SIZE = (7.2, 4.2)  # inches
STYLE: dict[Any, Any] = {  # matplotlib types its keys one by one
    "svg.hashsalt": "bench",  # the same figures give the same bytes
    "svg.fonttype": "none",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
}


def throughput(axes: Axes, known: dict[str, Any]) -> None:
    """Jobs over time: the runner's, and the same ones of the bare API client."""
    number = len(known["runner"]) // 2
    ours, theirs = known["runner"][number], known["bare"][number]
    _steps(axes, ours["created"], "runner: created (to the second)", OURS, ":")
    _steps(axes, ours["told_created"], "runner: caller told 0", OURS, "--")
    _steps(axes, ours["told_complete"], "runner: caller told 2", OURS, "-")
    _steps(axes, theirs["created"], "bare API client: created", THEIRS, ":")
    _steps(axes, theirs["complete"], "bare API client: complete", THEIRS, "-")
    axes.set(title="Throughput: all messages wait at the start", xlabel="seconds", ylabel="Jobs")
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.figure.legend(loc="outside lower center", ncols=2)


def latency(axes: Axes, known: dict[str, Any]) -> None:
    """Draw the share of messages by latency."""
    values = sorted(known["in_starts"])
    axes.step(
        [0.0, *values, values[-1]],
        [0.0, *((n + 1) / len(values) for n in range(len(values))), 1.0],
        where="post",
        color=OURS,
        label=f"{len(values)} messages",
    )
    axes.plot([1.0, 3.0], [0.50, 0.99], "o", color=BOUND, label="targets: p50 and p99")
    axes.set(
        title="Latency under light load: sent → caller told 0",
        xlabel="starts of an empty ansible-playbook (1 = as long as one takes)",
        ylabel="share of messages",
    )
    axes.set_xlim(left=0)
    axes.set_ylim(0, 1.03)
    axes.legend(loc="lower right")


def memory(axes: Axes, known: dict[str, Any]) -> None:
    """Memory of the runner and all that it starts, over the Jobs that run."""
    jobs = [jobs for _, jobs, _ in known["memory"]]
    held = [held / MEGABYTE for _, _, held in known["memory"]]
    axes.plot(jobs, held, ".", color=OURS, alpha=0.35, label="once a second, playbooks included")
    axes.plot(
        [known["few"], known["many"]],
        [one / MEGABYTE for one in known["settled"]],
        "o-",
        color=THEIRS,
        label="at rest",
    )
    axes.set(title="Memory in flight", xlabel="Jobs that run", ylabel="MB (PSS)")
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.legend(loc="lower right")


def profile(axes: Axes, known: dict[str, Any]) -> None:
    """CPU milliseconds per Job of every kind of process."""
    one = known["runner"][len(known["runner"]) // 2]
    count = len(one["told_complete"])
    others = {name: used for name, used in one["used"].items() if not name.startswith("runner-")}
    plane = {name: others.pop(name) for name in CONTROL_PLANE}
    bars = [
        (f"{name} ", 1000 * seconds / count, colour)
        for party, colour in ((others, OTHERS), (plane, THEIRS), (one["kinds"], OURS))
        for name, seconds in sorted(party.items(), key=lambda pair: pair[1])
        if seconds
    ]
    names, values, colours = zip(*bars, strict=True)
    drawn = axes.barh(names, values, color=colours)
    axes.bar_label(drawn, [f" {value:.1f}" for value in values])
    parties = (
        (OURS, "runner", sum(one["kinds"].values())),
        (THEIRS, "control plane", sum(plane.values())),
        (OTHERS, "surroundings", sum(others.values())),
    )
    patches = [
        Patch(color=colour, label=f"{party}: {1000 * seconds / count:.1f}")
        for colour, party, seconds in parties
    ]
    axes.set(title="Where a Job's CPU goes", xlabel="milliseconds per Job")
    axes.grid(visible=False, axis="y")
    axes.legend(handles=patches, loc="lower right")


PLOTS: dict[str, tuple[str, Callable[[Axes, dict[str, Any]], None]]] = {
    "throughput": ("throughput", throughput),
    "latency": ("latency", latency),
    "memory": ("inflight", memory),
    "profile": ("throughput", profile),
}


def draw(results: Path, endings: Sequence[str] = ("svg",)) -> list[Path]:
    """Draw what there are figures for, beside them; return the files."""
    drawn = []
    for name, (case, plot) in PLOTS.items():
        figures = results / f"{case}.json"
        if figures.exists():
            with mpl.rc_context(STYLE):
                figure = Figure(figsize=SIZE, layout="constrained")
                plot(figure.subplots(), json.loads(figures.read_text("utf-8")))
                drawn += [_save(figure, results / f"{name}.{ending}") for ending in endings]
    return drawn


def _save(figure: Figure, path: Path) -> Path:
    figure.savefig(path, dpi=110, metadata={"Date": None} if path.suffix == ".svg" else None)
    return path


def _steps(axes: Axes, moments: list[float], label: str, colour: str, line: str) -> None:
    """Draw how many of the moments have passed."""
    counts = range(len(moments) + 1)
    axes.step([0.0, *moments], counts, line, where="post", color=colour, label=label)


if __name__ == "__main__":
    for file in draw(Path(sys.argv[1]), sys.argv[2:] or ("svg",)):
        print(file)
