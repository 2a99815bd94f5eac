"""A plan follows from its seed, can be played again, and has every fault in it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from chaos import fault_kinds, plan, planner
from chaos.messages import make_messages

SMALL, FULL = (60, 10), (1000, 200)
CONTROL_PLANE = (fault_kinds.API_SERVER_DOWN, fault_kinds.ETCD_DOWN)
ONE_AT_A_TIME = [
    CONTROL_PLANE,
    fault_kinds.CLUSTER_SAYS_NO,
    (fault_kinds.CLOCK_STEPPED,),
    (fault_kinds.DISK_FULL,),
    (fault_kinds.SQS_UNREACHABLE,),
]


@pytest.mark.parametrize("size", [SMALL, FULL])
def test_the_same_seed_gives_the_same_plan_and_messages(size: tuple[int, int]) -> None:
    first, second = planner.make(7, *size), planner.make(7, *size)

    assert first == second
    assert first != planner.make(8, *size)
    assert make_messages(7, 60, 30.0, ["u"]) == make_messages(7, 60, 30.0, ["u"])


def test_a_plan_that_was_kept_can_be_played_again(tmp_path: Path) -> None:
    made = planner.make(7, *FULL)
    made.write(tmp_path / "plan.json")

    assert plan.Plan.read(tmp_path / "plan.json") == made


def test_a_small_plan_has_every_fault_but_the_long_ones() -> None:
    made = planner.make(7, *SMALL)

    assert {fault.kind for fault in made.faults} == set(fault_kinds.ALL) - set(fault_kinds.LONG)


def test_kinds_of_faults_can_be_left_out_and_the_others_stay() -> None:
    made = planner.make(7, *FULL)
    left_out = {fault_kinds.UPDATE_DENIED, fault_kinds.CLOCK_STEPPED}

    without = made.without(left_out)

    assert without.faults == [fault for fault in made.faults if fault.kind not in left_out]
    assert {fault.kind for fault in without.faults} == set(fault_kinds.ALL) - left_out


@pytest.mark.parametrize("seed", range(20))
def test_a_full_plan_kills_often_enough_and_lets_nobody_report_for_longer_than_a_ttl(
    seed: int,
) -> None:
    made = planner.make(seed, *FULL)
    (hold,) = [fault for fault in made.faults if fault.kind == fault_kinds.NOBODY_REPORTS]
    end = hold.at + hold.parameters["seconds"]

    assert {fault.kind for fault in made.faults} == set(fault_kinds.ALL)
    assert sum(fault.kind in fault_kinds.KILLS for fault in made.faults) == 200
    assert hold.parameters["seconds"] > 60
    assert not [fault for fault in made.faults if hold.at < fault.at < end]


@pytest.mark.parametrize("size", [SMALL, FULL])
@pytest.mark.parametrize("some", ONE_AT_A_TIME)
@pytest.mark.parametrize("seed", range(20))
def test_no_two_faults_that_would_heal_each_other_last_at_once(
    seed: int, some: tuple[str, ...], size: tuple[int, int]
) -> None:
    lasting = [
        (fault.at, fault.at + fault.parameters["seconds"])
        for fault in planner.make(seed, *size).faults
        if fault.kind in some
    ]

    assert all(one[1] < other[0] for one, other in pairwise(lasting))


@pytest.mark.parametrize("seed", range(20))
def test_an_endpoint_that_refuses_past_a_ttl_does_nothing_else(seed: int) -> None:
    made = planner.make(seed, *FULL)
    refusing = [fault for fault in made.faults if fault.kind == fault_kinds.REFUSED_PAST_TTL]
    others = [fault for fault in made.faults if fault.kind in fault_kinds.ENDPOINT_MODES]

    assert len({fault.parameters["endpoint"] for fault in refusing}) == 1
    assert refusing[0].parameters["endpoint"] not in {one.parameters["endpoint"] for one in others}
    assert all(fault.parameters["seconds"] > 60 for fault in refusing)


def test_messages_are_of_every_sort_and_sent_twice() -> None:
    some = make_messages(7, 1000, 600.0, ["http://127.0.0.1:1/callbacks"], elsewhere=0.3)

    assert 30 <= sum(not one.valid for one in some) <= 80
    assert any(not one.valid and not one.told for one in some)
    assert any(one.valid and not one.told for one in some)
    assert 250 <= sum('"chaos-elsewhere"' in one.body for one in some) <= 350
    assert len({one.body for one in some}) == 1000
    assert all(0 <= one.moments[0] <= one.moments[1] <= 600 for one in some)
