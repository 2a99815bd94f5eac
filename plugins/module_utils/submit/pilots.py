# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""A pilot Job goes ahead in each namespace: where it fails, no other is tried.

An admission webhook that nobody answers takes up to 30 seconds of each creation, so that a batch
for one such namespace would hold up all others for hours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Optional

from ..cluster import create_result
from ..common.json_text import decode
from .outcome import Rendered


def rendered_manifests(
    rendered: list[Rendered], part: str = "all", piloted: Optional[dict[str, Any]] = None
) -> list[dict[str, Any]]:
    """Return the manifests of what was rendered.

    C(part) is C(all), C(pilots), which go ahead, or C(followers), which are created after these.
    C(piloted) is what was said of the pilots. Raises ValueError for another part.
    """
    parts: dict[str, Callable[[], list[Rendered]]] = {
        "all": lambda: rendered,
        "pilots": lambda: pilots(rendered),
        "followers": lambda: followers(rendered, piloted or {"skipped": True}),
    }
    if part not in parts:
        words = "rendered_manifests: the part is {0!r}, and not one of {1}"
        raise ValueError(words.format(part, ", ".join(parts)))
    return [decode(one["manifest"]) for one in parts[part]() if one["manifest"]]


def chosen(rendered: list[Rendered]) -> list[Rendered]:
    """Return what is sent to the API server: of several bodies of an id the first with a Job."""
    found: dict[str, Rendered] = {}
    for one in rendered:
        if one["manifest"]:
            found.setdefault(one["id_label"], one)
    return list(found.values())


def pilots(rendered: list[Rendered]) -> list[Rendered]:
    """Return the first that has a manifest in each namespace."""
    found: dict[str, Rendered] = {}
    for one in chosen(rendered):
        found.setdefault(one["namespace"], one)
    return list(found.values())


def followers(rendered: list[Rendered], piloted: dict[str, Any]) -> list[Rendered]:
    """Return those to create after their pilots: all of them where there were none."""
    results = _of_pilots(rendered, piloted)
    stopped = {one["namespace"] for one in pilots(rendered) if _stops(results, one)}
    return [
        one
        for one in chosen(rendered)
        if one["id_label"] not in results and one["namespace"] not in stopped
    ]


def results_of_all(
    rendered: list[Rendered], piloted: dict[str, Any], created: dict[str, Any]
) -> dict[str, Any]:
    """Return the result of each by its id's label; a pilot's is that of those not tried, too."""
    of_pilots = _of_pilots(rendered, piloted)
    made = create_result.results_by_label(followers(rendered, piloted), created)
    pilot_of = {one["namespace"]: one for one in pilots(rendered)}
    not_tried = {
        one["id_label"]: of_pilots[pilot_of[one["namespace"]]["id_label"]]
        for one in chosen(rendered)
        if _stops(of_pilots, pilot_of[one["namespace"]])
    }
    return {**not_tried, **made, **of_pilots}


def _of_pilots(rendered: list[Rendered], piloted: dict[str, Any]) -> dict[str, Any]:
    return create_result.results_by_label(pilots(rendered), piloted)


def _stops(results: dict[str, Any], pilot: Rendered) -> bool:
    """Tell whether a pilot has met what nothing of its namespace would pass."""
    result = results.get(pilot["id_label"])
    stops = (create_result.RETRY, create_result.FORBIDDEN)
    return result is not None and create_result.classify(result)[0] in stops
