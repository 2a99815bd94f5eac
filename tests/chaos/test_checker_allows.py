"""The checker finds nothing in a run that keeps to what is promised, however odd it looks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from chaos.sample_evidence import SampleEvidence, job_name

Change = Callable[[SampleEvidence], None]


def test_a_clean_run_has_no_violation(tmp_path: Path) -> None:
    assert SampleEvidence().violations(tmp_path) == {}


def a_repeat_that_is_the_same(run: SampleEvidence) -> None:
    run.hear("good", 2)


def a_repeat_of_an_earlier_status(run: SampleEvidence) -> None:
    run.hear("good", 0)


def a_job_that_is_tried_again_tells_of_each_pod(run: SampleEvidence) -> None:
    run.send("again", exit_code="3", backoff_limit=1)
    run.create("again")
    run.hear("again", 0)
    run.hear("again", 1)
    run.hear("again", 1, delivery="second", body='{"id": "again", "status": 1, "detail": {}}')
    run.hear("again", 3)


def a_job_deleted_by_hand_ends_with_99(run: SampleEvidence) -> None:
    run.forget("good")
    run.hear("good", 0)
    run.hear("good", 99)
    run.by_hand.append({"kind": "job", "name": job_name("good")})


def a_pod_deleted_by_hand_fails_its_job(run: SampleEvidence) -> None:
    run.forget("good")
    run.hear("good", 0)
    run.hear("good", 3)
    run.by_hand.append({"kind": "pod", "name": job_name("good") + "-x7k2p"})


def what_is_said_to_be_accepted_was(run: SampleEvidence) -> None:
    run.tell_of_a_second_pod()
    for key in ("0", "1", "1.second"):
        run.take_for_accepted("again", key)
    run.hear("good", 2, answer=204)
    run.log_as_accepted("good", 2)
    run.log.append("Traceback (most recent call last):")


def what_nobody_is_told_is_done_with(run: SampleEvidence) -> None:
    run.take_for_accepted("untold", "0")
    run.take_for_accepted("untold", "2")


def its_last_holder_was_killed(run: SampleEvidence) -> None:
    run.move_after_a_kill(by="runner-0")


def its_receiver_was_killed_just_before_it_was_given(run: SampleEvidence) -> None:
    run.move_after_a_kill(by="runner-0", at=98.5)


def it_was_held_for_longer_by_an_extension(run: SampleEvidence) -> None:
    run.move_after_a_kill(by="runner-0", at=150.0)
    run.receive("moved", "runner-0", 100.0, 160.0)


def sqs_was_away_at_the_last_receive(run: SampleEvidence) -> None:
    run.send("moved")
    run.receive("moved", "runner-0", 100.0, 130.0)
    run.disturb("SQS unreachable", 110.0, 125.0)
    run.move("moved")


def other_namespaces_go_on(run: SampleEvidence) -> None:
    run.say_no_in_one_namespace(heard_at=120.0)


def too_few_messages_are_for_another_namespace(run: SampleEvidence) -> None:
    run.say_no_in_one_namespace(heard_at=160.0, messages=14)


def creating_is_refused_or_only_tried(run: SampleEvidence) -> None:
    run.create("good", code=409)
    run.create("good", query="?dryRun=All")


def the_audit_log_was_cut_off(run: SampleEvidence) -> None:
    run.audit[-1] = run.audit[-1][:40] + run.audit[-1]


@pytest.mark.parametrize(
    "change",
    [
        a_repeat_that_is_the_same,
        a_repeat_of_an_earlier_status,
        a_job_that_is_tried_again_tells_of_each_pod,
        a_job_deleted_by_hand_ends_with_99,
        a_pod_deleted_by_hand_fails_its_job,
        what_is_said_to_be_accepted_was,
        what_nobody_is_told_is_done_with,
        its_last_holder_was_killed,
        its_receiver_was_killed_just_before_it_was_given,
        it_was_held_for_longer_by_an_extension,
        sqs_was_away_at_the_last_receive,
        other_namespaces_go_on,
        too_few_messages_are_for_another_namespace,
        creating_is_refused_or_only_tried,
        the_audit_log_was_cut_off,
    ],
)
def test_what_is_promised_or_allowed_is_no_violation(tmp_path: Path, change: Change) -> None:
    run = SampleEvidence()
    change(run)

    assert run.violations(tmp_path) == {}
