"""The checker finds every kind of violation in a small made-up run, and none in a clean one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from chaos.made_up import MadeUp, job_name

Change = Callable[[MadeUp], None]


def test_a_clean_run_has_no_violation(tmp_path: Path) -> None:
    assert MadeUp().violations(tmp_path) == {}


def nothing_came_of_it(run: MadeUp) -> None:
    run.send("vanished", webhook=None)


def no_end_came(run: MadeUp) -> None:
    run.heard.pop(2)


def no_end_was_accepted(run: MadeUp) -> None:
    run.heard[2]["answer"] = 500


def a_second_job(run: MadeUp) -> None:
    run.create("good")


def a_second_job_with_a_longer_name(run: MadeUp) -> None:
    run.create("good", digits=32)


def another_end(run: MadeUp) -> None:
    run.hear("good", 3, answer=500)


def complete_though_it_failed(run: MadeUp) -> None:
    run.forget("bad")
    for status in (0, 1, 2):
        run.hear("bad", status)


def complete_without_a_pod(run: MadeUp) -> None:
    run.heard.pop(1)


def the_pod_before_the_job(run: MadeUp) -> None:
    run.forget("good")
    for status in (1, 0, 2):
        run.hear("good", status)


def the_pod_after_the_end(run: MadeUp) -> None:
    run.hear("unseen", 1)


def sent_before_the_earlier_was_accepted(run: MadeUp) -> None:
    run.heard[1]["sent"] = run.heard[0]["answered"] - 0.01


def sent_though_the_earlier_was_refused(run: MadeUp) -> None:
    run.forget("good")
    run.hear("good", 0, answer=500)
    run.hear("good", 1, answer=500)
    for status in (0, 1, 2):
        run.hear("good", status)


def another_body_in_a_repeat(run: MadeUp) -> None:
    run.hear("good", 2, body='{"id": "good", "status": 2, "detail": {"duration": 1}}')


def another_body_in_a_repeat_of_what_was_refused(run: MadeUp) -> None:
    run.hear("bad", 3, answer=500, body='{"status": 3, "id": "bad", "detail": {}}')


def another_delivery_id_in_a_repeat(run: MadeUp) -> None:
    run.hear("good", 2, delivery="other")


def one_delivery_id_for_two_statuses(run: MadeUp) -> None:
    run.heard[1]["delivery"] = run.heard[0]["delivery"]


def another_callers_endpoint(run: MadeUp) -> None:
    run.hear("good", 2, url="http://127.0.0.1:20001/callbacks")


def no_dead_letter(run: MadeUp) -> None:
    run.queues["dead"].remove(run.body("invalid"))


def an_invalid_message_runs(run: MadeUp) -> None:
    run.create("invalid")


def left_in_the_queue(run: MadeUp) -> None:
    run.queues["left"].append(run.body("good"))


def an_id_that_nobody_sent(run: MadeUp) -> None:
    run.hear("stranger", 0)


def no_json_at_all(run: MadeUp) -> None:
    run.hear("good", 0, body="{")


@pytest.mark.parametrize(
    ("kind", "message_id", "change"),
    [
        ("lost", "vanished", nothing_came_of_it),
        ("without end", "good", no_end_came),
        ("without end", "good", no_end_was_accepted),
        ("twice", "good", a_second_job),
        ("twice", "good", a_second_job_with_a_longer_name),
        ("several ends", "good", another_end),
        ("wrong end", "bad", complete_though_it_failed),
        ("out of order", "good", complete_without_a_pod),
        ("out of order", "good", the_pod_before_the_job),
        ("out of order", "unseen", the_pod_after_the_end),
        ("out of order", "good", sent_before_the_earlier_was_accepted),
        ("out of order", "good", sent_though_the_earlier_was_refused),
        ("differing", "good", another_body_in_a_repeat),
        ("differing", "bad", another_body_in_a_repeat_of_what_was_refused),
        ("differing", "good", another_delivery_id_in_a_repeat),
        ("differing", "good", one_delivery_id_for_two_statuses),
        ("misdirected", "good", another_callers_endpoint),
        ("not kept", "invalid", no_dead_letter),
        ("ran invalid", "invalid", an_invalid_message_runs),
        ("left in the queue", "good", left_in_the_queue),
        ("unknown", "stranger", an_id_that_nobody_sent),
        ("unknown", "None", no_json_at_all),
    ],
)
def test_a_violation_is_found_and_no_other(
    tmp_path: Path, kind: str, message_id: str, change: Change
) -> None:
    run = MadeUp()
    change(run)

    assert run.violations(tmp_path) == {kind: message_id}


def a_repeat_that_is_the_same(run: MadeUp) -> None:
    run.hear("good", 2)


def a_repeat_of_an_earlier_status(run: MadeUp) -> None:
    run.hear("good", 0)


def a_job_that_is_tried_again_tells_of_each_pod(run: MadeUp) -> None:
    run.send("again", exit_code="3", backoff_limit=1)
    run.create("again")
    run.hear("again", 0)
    run.hear("again", 1)
    run.hear("again", 1, delivery="second", body='{"id": "again", "status": 1, "detail": {}}')
    run.hear("again", 3)


def a_job_deleted_by_hand_ends_with_99(run: MadeUp) -> None:
    run.forget("good")
    run.hear("good", 0)
    run.hear("good", 99)
    run.by_hand.append({"kind": "job", "name": job_name("good")})


def a_pod_deleted_by_hand_fails_its_job(run: MadeUp) -> None:
    run.forget("good")
    run.hear("good", 0)
    run.hear("good", 3)
    run.by_hand.append({"kind": "pod", "name": job_name("good") + "-x7k2p"})


def creating_is_refused_or_only_tried(run: MadeUp) -> None:
    run.create("good", code=409)
    run.create("good", query="?dryRun=All")


def the_audit_log_was_cut_off(run: MadeUp) -> None:
    run.audit[-1] = run.audit[-1][:40] + run.audit[-1]


@pytest.mark.parametrize(
    "change",
    [
        a_repeat_that_is_the_same,
        a_repeat_of_an_earlier_status,
        a_job_that_is_tried_again_tells_of_each_pod,
        a_job_deleted_by_hand_ends_with_99,
        a_pod_deleted_by_hand_fails_its_job,
        creating_is_refused_or_only_tried,
        the_audit_log_was_cut_off,
    ],
)
def test_what_is_promised_or_allowed_is_no_violation(tmp_path: Path, change: Change) -> None:
    run = MadeUp()
    change(run)

    assert run.violations(tmp_path) == {}
