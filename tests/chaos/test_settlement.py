"""A run goes on until nobody waits, and a moved copy of a message settles no Job."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from cluster.errors import ClusterError
from kit.builders.objects import digest_of

from chaos.settlement import Settlement
from chaos.system import System

EXPECTED = {"one": "body of one", "two": "body of two"}


def is_reached(
    left: int = 0,
    ended: tuple[str, ...] = (),
    moved: tuple[str, ...] = (),
    objects: tuple[str, ...] | None = (),
) -> bool:
    """Tell it of such a system; `objects` are the ids of Jobs and records, None: no answer."""

    def kubectl(*_words: str) -> str:
        if objects is None:
            raise ClusterError("the API server is away")
        return " ".join(digest_of(one) for one in objects)

    system = SimpleNamespace(
        cluster=SimpleNamespace(kubectl=kubectl),
        callers=SimpleNamespace(ended_ids=lambda: set(ended)),
        queues=SimpleNamespace(
            pair=SimpleNamespace(count=lambda: left),
            moved=lambda: [{"message": one, "body": f"body of {one}"} for one in moved],
        ),
    )
    return Settlement(cast(System, system), EXPECTED).is_reached()


@pytest.mark.parametrize(
    ("seen", "reached"),
    [
        ({"ended": ("one", "two")}, True),
        ({"ended": ("one", "two"), "left": 1}, False),
        ({"ended": ("one",)}, False),
        ({"ended": ("one",), "moved": ("two",)}, True),
        ({"ended": ("one",), "moved": ("two",), "objects": ("one",)}, True),
        ({"ended": ("one",), "moved": ("two",), "objects": ("one", "two")}, False),
        ({"ended": ("one",), "moved": ("two",), "objects": None}, False),
    ],
)
def test_all_is_settled_once_nothing_is_left_to_tell(seen: dict[str, Any], reached: bool) -> None:
    assert is_reached(**seen) is reached
