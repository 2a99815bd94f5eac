"""The dashboard's panels as a picture: what a Prometheus that scraped a run answers to each."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import matplotlib as mpl
from bench.plots import STYLE
from kit.paths import DOCS
from kit.processes.prometheus import Prometheus
from matplotlib.axes import Axes
from matplotlib.figure import Figure

DASHBOARD = DOCS / "operations" / "monitoring" / "dashboard.json"
COLUMNS = 3
STEP = 5  # seconds
RATE = "30s"  # over which a rate is taken: a run is short
SMALL: dict[Any, Any] = {"font.size": 8}


def draw(server: Prometheus, start: float, end: float, target: Path) -> None:
    """Write the picture of the time from `start` to `end`, in seconds since 1970."""
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    rows = -(-len(panels) // COLUMNS)
    with mpl.rc_context({**STYLE, **SMALL}):
        figure = Figure(figsize=(4 * COLUMNS, 2.4 * rows), layout="constrained")
        places = figure.subplots(rows, COLUMNS, squeeze=False).flat
        for axes, panel in zip(places, panels, strict=False):
            _panel(axes, panel, server, (start, end))
        target.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(target, metadata={"Date": None} if target.suffix == ".svg" else None)


def _panel(
    axes: Axes, panel: dict[str, Any], server: Prometheus, time: tuple[float, float]
) -> None:
    start, end = time
    for query in panel["targets"]:
        expression = query["expr"].replace("$__rate_interval", RATE)
        for series in server.series(expression, start, end, STEP):
            values = [(float(at) - start, float(value)) for at, value in series["values"]]
            seconds, heights = zip(*values, strict=True)
            axes.plot(seconds, heights, label=_legend(query["legendFormat"], series["metric"]))
    axes.set(title=panel["title"], xlim=(0, end - start))
    axes.set_ylim(bottom=0)
    if axes.lines:
        axes.legend(fontsize=7)


def _legend(template: str, labels: dict[str, str]) -> str:
    return re.sub(r"{{(\w+)}}", lambda found: labels.get(found[1], ""), template)
