# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The order in which Jobs are created: pilots go ahead in each namespace, and the others follow.

An admission webhook that nobody answers takes up to 30 seconds of each creation, so that a batch
for one such namespace would hold up all others for hours. Where one Job fails for what is its own,
such as a registry that its image names, another one of its namespace does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple, Optional

from ..cluster import create_result
from ..common.json_text import decode
from .outcome import Rendered

Results = dict[str, Any]  # by the label of an id
ENOUGH = 2  # pilots of a namespace that are stopped, for its others not to be tried
OF_ANOTHER = "of_another"  # a key of results that are another Job's: its name


class _Pilot(NamedTuple):
    """A pilot that was stopped."""

    name: str
    result: dict[str, Any]


def rendered_manifests(
    rendered: list[Rendered],
    part: str = "all",
    created: Sequence[dict[str, Any]] = (),
    start: int = 0,
    count: Optional[int] = None,
) -> list[dict[str, Any]]:
    """Return the manifests of what was rendered, or of a part C(count) of them from C(start) on.

    C(part) is C(all), C(pilots), C(second_pilots) or C(followers), which are created in this order.
    C(created) is what was said of the parts before. Raises ValueError for another part.
    """
    parts = {"all": _all, **PARTS}
    if part not in parts:
        words = "rendered_manifests: the part is {0!r}, and not one of {1}"
        raise ValueError(words.format(part, ", ".join(parts)))
    found = [one for one in parts[part](rendered, results_of(rendered, created)) if one["manifest"]]
    stop = None if count is None else start + count
    return [decode(one["manifest"]) for one in found[start:stop]]


def chosen(rendered: list[Rendered]) -> list[Rendered]:
    """Return what is sent to the API server: of several bodies of an id the first with a Job."""
    found: dict[str, Rendered] = {}
    for one in rendered:
        if one["manifest"]:
            found.setdefault(one["id_label"], one)
    return list(found.values())


def pilots(rendered: list[Rendered], _results: Optional[Results] = None) -> list[Rendered]:
    """Return the first that has a manifest in each namespace."""
    found: dict[str, Rendered] = {}
    for one in chosen(rendered):
        found.setdefault(one["namespace"], one)
    return list(found.values())


def second_pilots(rendered: list[Rendered], results: Results) -> list[Rendered]:
    """Return the last of each namespace in which the pilot was stopped."""
    stopped = {one["namespace"] for one in pilots(rendered) if _stops(results, one)}
    last = {one["namespace"]: one for one in chosen(rendered) if one["id_label"] not in results}
    return [one for namespace, one in last.items() if namespace in stopped]


def followers(rendered: list[Rendered], results: Results) -> list[Rendered]:
    """Return those to create after the pilots, or all, where there were none."""
    closed = _closed(rendered, results)
    return _in_turn(
        one
        for one in chosen(rendered)
        if one["id_label"] not in results and one["namespace"] not in closed
    )


def results_of(rendered: list[Rendered], created: Sequence[dict[str, Any]]) -> Results:
    """Return the result of each that was sent, by its id's label.

    C(created) has for each part, in their order, what its task has registered, which has created
    it in pieces: each was given the number of its first, and those that were left out have none.
    """
    found: Results = {}
    for part, registered in zip(PARTS.values(), created):  # noqa: B905 - as far as it has come
        expected = part(rendered, found)
        made: Results = {}
        for piece in registered.get("results", []):
            start = piece[piece["ansible_loop_var"]]
            made |= create_result.results_by_label(expected[start:], piece)
        found |= made
    return found


def results_of_all(rendered: list[Rendered], created: Sequence[dict[str, Any]]) -> Results:
    """Return the results; that of a pilot is also that of those which were not tried for it.

    There they have the name of the pilot's Job in C(OF_ANOTHER). Those for which there was no time
    have none.
    """
    closed = _closed(rendered, results_of(rendered, created[: len(PILOTS)]))
    not_tried: Results = {}
    for one in chosen(rendered):
        pilot = closed.get(one["namespace"])
        if pilot:
            not_tried[one["id_label"]] = {**pilot.result, OF_ANOTHER: pilot.name}
    return {**not_tried, **results_of(rendered, created)}


def _in_turn(rendered: Iterable[Rendered]) -> list[Rendered]:
    """Return one of each namespace in turn: many slow ones of one hold up few of another less."""
    lines: dict[str, list[Rendered]] = {}
    for one in rendered:
        lines.setdefault(one["namespace"], []).append(one)
    rounds = zip_longest(*lines.values())
    return [one for those in rounds for one in those if one is not None]


def _all(rendered: list[Rendered], _results: Results) -> list[Rendered]:
    return rendered


def _closed(rendered: list[Rendered], results: Results) -> dict[str, _Pilot]:
    """Return the namespaces in which several pilots were tried and all stopped, and one of them."""
    tried: dict[str, list[Rendered]] = {}
    for one in chosen(rendered):
        if one["id_label"] in results:
            tried.setdefault(one["namespace"], []).append(one)
    return {
        namespace: _Pilot(those[0]["name"], results[those[0]["id_label"]])
        for namespace, those in tried.items()
        if len(those) >= ENOUGH and all(_stops(results, one) for one in those)
    }


def _stops(results: Results, one: Rendered) -> bool:
    """Tell whether one has met what nothing of its namespace would pass."""
    result = results.get(one["id_label"])
    stops = (create_result.RETRY, create_result.FORBIDDEN)
    return result is not None and create_result.classify(result)[0] in stops


# In the order in which they are created.
PARTS: dict[str, Callable[[list[Rendered], Results], list[Rendered]]] = {
    "pilots": pilots,
    "second_pilots": second_pilots,
    "followers": followers,
}
PILOTS = ("pilots", "second_pilots")
