"""The checker finds every kind of violation in a small made-up run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from chaos.sample_evidence import SampleEvidence

Change = Callable[[SampleEvidence], None]


def nothing_came_of_it(run: SampleEvidence) -> None:
    run.send("vanished", webhook=None)


def no_end_came(run: SampleEvidence) -> None:
    run.heard.pop(2)


def no_end_was_accepted(run: SampleEvidence) -> None:
    run.heard[2]["answer"] = 500


def a_second_job(run: SampleEvidence) -> None:
    run.create("good")


def a_second_job_with_a_longer_name(run: SampleEvidence) -> None:
    run.create("good", digits=32)


def another_end(run: SampleEvidence) -> None:
    run.hear("good", 3, answer=500)


def complete_though_it_failed(run: SampleEvidence) -> None:
    run.forget("bad")
    for status in (0, 1, 2):
        run.hear("bad", status)


def complete_without_a_pod(run: SampleEvidence) -> None:
    run.heard.pop(1)


def the_pod_before_the_job(run: SampleEvidence) -> None:
    run.forget("good")
    for status in (1, 0, 2):
        run.hear("good", status)


def the_pod_after_the_end(run: SampleEvidence) -> None:
    run.hear("unseen", 1)


def sent_before_the_earlier_was_accepted(run: SampleEvidence) -> None:
    run.heard[1]["sent"] = run.heard[0]["answered"] - 0.01


def sent_though_the_earlier_was_refused(run: SampleEvidence) -> None:
    run.forget("good")
    run.hear("good", 0, answer=500)
    run.hear("good", 1, answer=500)
    for status in (0, 1, 2):
        run.hear("good", status)


def another_body_in_a_repeat(run: SampleEvidence) -> None:
    run.hear("good", 2, body='{"id": "good", "status": 2, "detail": {"duration": 1}}')


def another_body_in_a_repeat_of_what_was_refused(run: SampleEvidence) -> None:
    run.hear("bad", 3, answer=500, body='{"status": 3, "id": "bad", "detail": {}}')


def another_delivery_id_in_a_repeat(run: SampleEvidence) -> None:
    run.hear("good", 2, delivery="other")


def one_delivery_id_for_two_statuses(run: SampleEvidence) -> None:
    run.heard[1]["delivery"] = run.heard[0]["delivery"]


def another_callers_endpoint(run: SampleEvidence) -> None:
    run.hear("good", 2, url="http://127.0.0.1:20001/callbacks")


def no_dead_letter(run: SampleEvidence) -> None:
    run.queues["dead"].remove(run.body("invalid"))


def an_invalid_message_runs(run: SampleEvidence) -> None:
    run.create("invalid")


def left_in_the_queue(run: SampleEvidence) -> None:
    run.queues["left"].append(run.body("good"))


def an_annotation_says_accepted_though_nothing_was_sent(run: SampleEvidence) -> None:
    run.take_for_accepted("unseen", "1")


def an_annotation_says_accepted_though_the_endpoint_refused(run: SampleEvidence) -> None:
    run.tell_of_a_second_pod(answer=503)
    run.take_for_accepted("again", "1.second")


def an_annotation_says_accepted_though_the_answer_was_none(run: SampleEvidence) -> None:
    run.tell_of_a_second_pod(answer=None)
    run.take_for_accepted("again", "1.second")


def a_log_says_accepted_and_is_wrong(run: SampleEvidence) -> None:
    run.log_as_accepted("unseen", 1)
    run.log.append('{"time": 2.0, "level": "info", "action": "callback accepted", "id": "goo')


def the_last_receive_came_to_nothing(run: SampleEvidence) -> None:
    run.move_after_a_kill(by="runner-1")


def released_at_the_last_receive_and_the_kill_came_later(run: SampleEvidence) -> None:
    run.move_after_a_kill(by="runner-0", at=150.0)


def a_kill_explains_an_earlier_receive_alone(run: SampleEvidence) -> None:
    run.send("moved")
    run.receive("moved", "runner-0", 100.0, 130.0)
    run.disturb("kill runner", 110.0, 110.1, by="runner-0")
    run.receive("moved", "runner-1", 131.0, 161.0)
    run.move("moved")


def moved_though_nobody_had_received_it(run: SampleEvidence) -> None:
    run.send("moved")
    run.move("moved")


def other_namespaces_stood_still(run: SampleEvidence) -> None:
    run.say_no_in_one_namespace(heard_at=160.0)


def an_id_that_nobody_sent(run: SampleEvidence) -> None:
    run.hear("stranger", 0)


def no_json_at_all(run: SampleEvidence) -> None:
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
        ("not accepted", "unseen", an_annotation_says_accepted_though_nothing_was_sent),
        ("not accepted", "again", an_annotation_says_accepted_though_the_endpoint_refused),
        ("not accepted", "again", an_annotation_says_accepted_though_the_answer_was_none),
        ("not accepted", "unseen", a_log_says_accepted_and_is_wrong),
        ("moved untold", "moved", the_last_receive_came_to_nothing),
        ("moved untold", "moved", released_at_the_last_receive_and_the_kill_came_later),
        ("moved untold", "moved", a_kill_explains_an_earlier_receive_alone),
        ("moved untold", "moved", moved_though_nobody_had_received_it),
        ("stood still", "update denied", other_namespaces_stood_still),
        ("unknown", "stranger", an_id_that_nobody_sent),
        ("unknown", "None", no_json_at_all),
    ],
)
def test_a_violation_is_found_and_no_other(
    tmp_path: Path, kind: str, message_id: str, change: Change
) -> None:
    run = SampleEvidence()
    change(run)

    assert run.violations(tmp_path) == {kind: message_id}
