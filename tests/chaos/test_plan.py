"""A plan follows from its seed, can be played again, and has every fault in it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from chaos import kinds, plan
from chaos.letters import letters

SMALL, FULL = (60, 10), (1000, 200)
EVERY_FAULT = {
    *kinds.KILLS,
    *kinds.ENDPOINT_MODES,
    kinds.API_SERVER_DOWN,
    kinds.ETCD_DOWN,
    kinds.SQS_UNREACHABLE,
    kinds.JOB_DELETED,
    kinds.POD_DELETED,
}


@pytest.mark.parametrize("size", [SMALL, FULL])
def test_the_same_seed_gives_the_same_plan_and_messages(size: tuple[int, int]) -> None:
    first, second = plan.make(7, *size), plan.make(7, *size)

    assert first == second
    assert first != plan.make(8, *size)
    assert letters(7, 60, 30.0, ["u"]) == letters(7, 60, 30.0, ["u"])


def test_a_plan_that_was_kept_can_be_played_again(tmp_path: Path) -> None:
    made = plan.make(7, *FULL)
    made.write(tmp_path / "plan.json")

    assert plan.Plan.read(tmp_path / "plan.json") == made


def test_a_small_plan_has_every_fault_but_the_long_one() -> None:
    assert {fault.kind for fault in plan.make(7, *SMALL).faults} == EVERY_FAULT


@pytest.mark.parametrize("seed", range(20))
def test_a_full_plan_kills_often_enough_and_lets_nobody_report_for_longer_than_a_ttl(
    seed: int,
) -> None:
    made = plan.make(seed, *FULL)
    (hold,) = [fault for fault in made.faults if fault.kind == kinds.NOBODY_REPORTS]
    end = hold.at + hold.parameters["seconds"]

    assert {fault.kind for fault in made.faults} == {*EVERY_FAULT, kinds.NOBODY_REPORTS}
    assert sum(fault.kind in kinds.KILLS for fault in made.faults) == 200
    assert hold.parameters["seconds"] > 60
    assert not [fault for fault in made.faults if hold.at < fault.at < end]


@pytest.mark.parametrize("seed", range(20))
def test_no_two_parts_of_the_control_plane_are_down_at_once(seed: int) -> None:
    down = [
        (fault.at, fault.at + fault.parameters["seconds"])
        for fault in plan.make(seed, *FULL).faults
        if fault.kind in (kinds.API_SERVER_DOWN, kinds.ETCD_DOWN)
    ]

    assert all(one[1] < other[0] for one, other in pairwise(down))


def test_messages_are_of_every_sort_and_sent_twice() -> None:
    some = letters(7, 1000, 600.0, ["http://127.0.0.1:1/callbacks"])

    assert 30 <= sum(not one.valid for one in some) <= 80
    assert any(not one.valid and not one.told for one in some)
    assert any(one.valid and not one.told for one in some)
    assert len({one.body for one in some}) == 1000
    assert all(0 <= one.moments[0] <= one.moments[1] <= 600 for one in some)
