"""Jobs that cannot be written: said once for each namespace, with pauses, and others go on."""

import pytest
from kit.builders.outcomes import unwritten
from sqs_k8s_jobs.playbooks.playbook_run import RunResult
from sqs_k8s_jobs.report.unwritable import PAUSE_LIMIT, REMEMBERED, Unwritable
from sqs_k8s_jobs.settings import Settings

PART = "Jobs in default"
DENIED = "jobs.batch is forbidden: Jobs are not to be changed"


@pytest.fixture
def unwritable(health, clock):
    return Unwritable(health, Settings(retry_backoff=2, retry_backoff_max=900), clock)


def failed(*digests, **more):
    return RunResult([unwritten(digest, **more) for digest in digests])


def test_what_cannot_be_written_is_said_once_for_its_namespace(unwritable, health, logged):
    unwritable.learn(failed("a", "b"), ["a", "b", "c"])
    unwritable.learn(failed("a"), ["a"])

    (record,) = logged.records("fault raised", part=PART)
    assert record["error"] == DENIED
    assert health.faults == {PART: DENIED}
    assert unwritable.namespaces() == ["default"]


def test_it_is_over_when_all_that_failed_was_reported_without_a_fault(unwritable, health, logged):
    unwritable.learn(failed("a", "b"), ["a", "b"])

    unwritable.learn(RunResult(), ["a", "other"])
    assert not health.ready
    unwritable.learn(RunResult(), ["b"])

    assert health.ready
    assert unwritable.namespaces() == []
    assert len(logged.records("fault cleared", part=PART)) == 1


def test_a_report_that_did_not_get_to_its_end_is_no_proof(unwritable, health):
    unwritable.learn(failed("a"), ["a"])

    unwritable.learn(RunResult(error="no route"), ["a"])

    assert not health.ready


def test_each_namespace_and_kind_has_its_own_words(unwritable, health):
    both = [unwritten("a"), unwritten("b", "team", error="no"), unwritten("c", kind="ConfigMap")]

    pauses = unwritable.learn(RunResult(both), ["a", "b", "c"])

    assert sorted(pauses) == ["a", "b", "c"]
    assert health.faults == {PART: DENIED, "Jobs in team": "no", "ConfigMaps in default": DENIED}
    unwritable.learn(RunResult([both[1]]), ["a", "b", "c"])
    assert health.faults == {"Jobs in team": "no"}


def test_two_reasons_in_turn_are_said_once_and_another_one_is_said(unwritable, logged):
    both = RunResult([unwritten("a", error="one"), unwritten("b", error="two")])
    for run in (both, both, failed("a", "b", error="two"), failed("a", "b", error="two")):
        unwritable.learn(run, ["a", "b"])

    said = [one["error"] for one in logged.records("fault raised", part=PART)]
    assert said == ["one", "two"]


def test_pauses_grow_while_it_lasts_up_to_a_limit(unwritable, clock):
    seconds = []
    for lasted in (0, 10, 10_000):
        clock.now = 1000.0 + lasted
        seconds.append(unwritable.learn(failed("a"), ["a"])["a"])

    first, second, third = seconds
    assert 1 <= first <= 2
    assert 5 <= second <= 10
    assert PAUSE_LIMIT / 2 <= third <= PAUSE_LIMIT


def test_the_pause_is_the_namespaces_and_not_the_runs(unwritable):
    for _ in range(10):
        pauses = unwritable.learn(failed("a"), ["a"])

    assert pauses["a"] <= 2


def test_once_something_is_written_in_a_namespace_all_that_waits_there_is_due_at_once(unwritable):
    unwritable.learn(failed("a", "b", "c"), ["a", "b", "c"])
    unwritable.learn(failed("d", namespace="other"), ["d"])

    assert unwritable.learn(RunResult(), ["a"]) == {"b": 0, "c": 0}


def test_what_is_due_at_once_and_cannot_be_written_all_the_same_waits_again(unwritable):
    unwritable.learn(failed("a", "b", "c"), ["a", "b", "c"])

    unwritable.learn(RunResult(), ["a"])

    assert unwritable.learn(failed("b"), ["b"])["b"] > 0


@pytest.mark.parametrize(
    ("run", "digests"),
    [
        (RunResult([unwritten("b")]), ["a", "b"]),  # some of it can be written, and some not
        (RunResult(error="no route"), ["a"]),
        (RunResult(), ["another"]),
    ],
)
def test_what_waits_in_a_namespace_waits_on_where_nothing_shows_that_it_is_mended(
    unwritable, run, digests
):
    unwritable.learn(failed("a", "b", "c"), ["a", "b", "c"])

    assert "c" not in unwritable.learn(run, digests)


def test_what_nobody_wanted_again_is_forgotten(unwritable, clock, health):
    unwritable.learn(failed("gone"), ["gone"])
    clock.now += REMEMBERED + 1

    unwritable.learn(RunResult(), ["other"])

    assert health.ready


def test_who_reports_no_more_has_no_fault(unwritable, health):
    unwritable.learn(failed("a"), ["a"])

    unwritable.forget()

    assert health.ready
    assert unwritable.namespaces() == []


def test_what_a_submit_could_not_record_is_known_for_a_while_and_no_fault_yet(
    unwritable, health, clock
):
    unwritable.note(failed("a"))

    assert unwritable.namespaces() == ["default"]
    assert health.ready
    clock.now += REMEMBERED + 1
    assert unwritable.namespaces() == []
