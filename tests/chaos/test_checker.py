"""The checker finds every kind of violation in a small made-up run, and none in a clean one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chaos import checker, evidence

CALLER = "http://127.0.0.1:20000/callbacks"
Change = Callable[["MadeUp"], None]


class MadeUp:
    """A run's files, made up: a clean run first, then changed by a test."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.heard: list[dict[str, Any]] = []
        self.audit: list[str] = []
        self.by_hand: list[dict[str, str]] = []
        self.queues: dict[str, list[str]] = {"left": [], "dead": []}
        self._now = 100.0
        for message_id, statuses, exit_code in (
            ("good", (0, 1, 2), "0"),
            ("bad", (0, 1, 3), "3"),
            ("unseen", (0, 3), "3"),
        ):
            self.send(message_id, exit_code=exit_code)
            self.create(message_id)
            for status in statuses:
                self.hear(message_id, status)
        self.send("invalid", valid=False)
        self.hear("invalid", 99)
        self.queues["dead"].append(self.body("invalid"))
        self.send("untold", webhook=None)
        self.create("untold")
        self.sent.append({"valid": False, "body": "{no json"})
        self.queues["dead"].append("{no json")

    def send(
        self,
        message_id: str,
        valid: bool = True,
        exit_code: str = "0",
        webhook: str | None = CALLER,
        backoff_limit: int = 0,
    ) -> None:
        """Send a message twice."""
        env = [{"name": "FAKE_EXIT_CODE", "value": exit_code}]
        job = {"prefixName": "a-b", "env": env, "backoffLimit": backoff_limit}
        body: dict[str, Any] = {"id": message_id, "job": job}
        body.update({"webhook": {"url": webhook}} if webhook else {})
        self.sent += [{"valid": valid, "body": json.dumps(body)}] * 2

    def body(self, message_id: str) -> str:
        """The text of a message."""
        found = [one["body"] for one in self.sent if f'"{message_id}"' in one["body"]]
        return str(found[0])

    def forget(self, message_id: str) -> None:
        """As if nobody had ever heard of the id's statuses."""
        self.heard = [one for one in self.heard if f'"{message_id}"' not in one["body"]]

    def hear(self, message_id: str, status: int, answer: int | None = 200, **other: Any) -> None:
        """A caller hears a status, a second after whatever was heard before."""
        self._now += 1.0
        self.heard.append(
            {
                "sent": self._now,
                "answered": self._now + 0.1,
                "answer": answer,
                "url": CALLER,
                "delivery": f"{message_id}-{status}",
                "body": json.dumps({"id": message_id, "status": status, "detail": {}}),
                **other,
            }
        )

    def create(self, message_id: str, digits: int = 8, code: int = 201, query: str = "") -> None:
        """The API server creates the id's Job, or answers otherwise."""
        self.audit.append(
            json.dumps(
                {
                    "kind": "Event",
                    "verb": "create",
                    "requestURI": f"/apis/batch/v1/namespaces/chaos/jobs{query}",
                    "objectRef": {"resource": "jobs", "name": job_name(message_id, digits)},
                    "responseStatus": {"code": code},
                },
                separators=(",", ":"),
            )
        )

    def violations(self, folder: Path) -> dict[str, str]:
        """What the checker finds in these files: the id by the kind."""
        (folder / "audit").mkdir()
        (folder / "audit" / "audit.log").write_text("\n".join(self.audit) + "\n", "utf-8")
        for name in ("sent", "heard", "by_hand"):
            lines = "".join(json.dumps(one) + "\n" for one in getattr(self, name))
            (folder / f"{name.replace('_', '-')}.jsonl").write_text(lines, "utf-8")
        (folder / "queues.json").write_text(json.dumps(self.queues), "utf-8")
        found = checker.check(evidence.read(folder))
        return {one.kind: one.id for one in found}


def job_name(message_id: str, digits: int = 8) -> str:
    """The name of an id's Job."""
    return f"a-b-{hashlib.sha256(message_id.encode()).hexdigest()[:digits]}"


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
