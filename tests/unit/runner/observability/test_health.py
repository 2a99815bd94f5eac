"""Readiness of the runner: a fault that prevents work is logged once, and so is its end."""

import pytest
from sqs_k8s_jobs.observability.health import Health


@pytest.fixture
def file(tmp_path):
    return tmp_path / "ready"


def test_it_is_ready_until_a_part_cannot_work(file):
    health = Health(str(file))
    assert (health.ready, file.exists()) == (True, True)

    health.fault("queue", "away")

    assert (health.ready, file.exists()) == (False, False)


def test_it_is_ready_again_once_every_part_works(file):
    health = Health(str(file))
    health.fault("queue", "away")
    health.fault("submit", "forbidden")

    health.clear_fault("queue")
    assert (health.ready, file.exists()) == (False, False)
    health.clear_fault("submit")
    assert (health.ready, file.exists()) == (True, True)


def test_a_ready_file_that_a_crash_left_is_taken_away_by_a_fault(file):
    file.touch()

    Health(str(file)).fault("queue", "away")

    assert not file.exists()


def test_a_fault_is_said_once_for_as_long_as_it_is_the_same(logged):
    health = Health()
    for reason in ("away", "away", "forbidden", "forbidden", "away"):
        health.fault("queue", reason)

    assert [one["error"] for one in logged.records("fault raised", part="queue")] == [
        *("away", "forbidden", "away")
    ]
    assert {one["level"] for one in logged.records()} == {"error"}


def test_that_a_part_works_is_said_only_after_a_fault(logged):
    health = Health()
    health.clear_fault("queue")
    assert logged.records() == []

    health.fault("queue", "away")
    health.clear_fault("queue")
    health.clear_fault("queue")

    assert [one["ready"] for one in logged.records("fault cleared", part="queue")] == [True]


def test_a_part_that_works_while_another_does_not_says_so(logged):
    health = Health()
    health.fault("queue", "away")
    health.fault("submit", "forbidden")
    health.clear_fault("queue")

    assert [one["ready"] for one in logged.records("fault cleared", part="queue")] == [False]


def test_a_runner_that_has_stopped_leaves_no_ready_file(file):
    health = Health(str(file))

    health.end()
    health.end()

    assert not file.exists()


def test_without_a_ready_file_it_knows_all_the_same(tmp_path):
    health = Health()
    health.fault("queue", "away")
    health.end()

    assert not health.ready
    assert list(tmp_path.iterdir()) == []
