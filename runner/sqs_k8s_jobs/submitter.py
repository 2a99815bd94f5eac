"""Submitting: batches in hand become Jobs; each message is settled by what became of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sqs_k8s_jobs import log, sqs
from sqs_k8s_jobs.hand import Hand
from sqs_k8s_jobs.pauses import pause
from sqs_k8s_jobs.playbook import Run
from sqs_k8s_jobs.settings import Settings

RunSubmit = Callable[[dict[str, str]], Run]


class Submitter:
    """Takes one batch after the other. A message leaves the queue only when its Job exists,
    or when it was refused, its caller told and its body kept in the dead-letter queue.
    """

    def __init__(
        self,
        queue: sqs.Queue,
        dead_letters: sqs.Queue | None,
        hand: Hand,
        settings: Settings,
        run_submit: RunSubmit,
    ) -> None:
        self._queue = queue
        self._dead_letters = dead_letters
        self._hand = hand
        self._settings = settings
        self._run_submit = run_submit
        self._failed_runs = 0

    def work(self, stopping: threading.Event) -> None:
        """Submit batches until the hand is closed; pause after a run that failed."""
        while batch := self._hand.take():
            if self.submit(batch):
                self._failed_runs = 0
            else:
                self._failed_runs += 1
                stopping.wait(self._pause(self._failed_runs))

    def submit(self, batch: list[sqs.Message]) -> bool:
        """Submit one batch and settle its messages; False where the run itself failed."""
        keys = {f"{number:04d}": message for number, message in enumerate(batch)}
        done = self._run_submit({key: message.body for key, message in keys.items()})
        outcome_of = {event["key"]: event for event in done.of_kind("outcome")}
        if done.error:
            log.error("submit failed", messages=len(batch), error=done.error)
        deleted: list[sqs.Message] = []
        kept: list[sqs.Message] = []
        for key, message in keys.items():
            outcome = outcome_of.get(key)
            settled = outcome is not None and self._is_settled(message, outcome)
            (deleted if settled else kept).append(message)
        self._settle(deleted, kept)
        return done.error is None

    def _is_settled(self, message: sqs.Message, event: dict[str, Any]) -> bool:
        values = {name: event[name] for name in ("id", "namespace", "job", "error", "warnings")}
        kind = event["outcome"]
        if kind in ("created", "exists"):
            log.info(f"job {kind}", **values)
            return True
        values.update(error_code=event["error_code"], message_id=message.message_id)
        if kind == "rejected" and event["told"]:
            return self._dead_letter(message, event, values)
        told = "its caller could not be told yet" if kind == "rejected" else None
        log.warning(f"message {kind}", **values, kept=told)
        return False

    def _dead_letter(
        self, message: sqs.Message, event: dict[str, Any], values: dict[str, Any]
    ) -> bool:
        if self._dead_letters is None:
            log.warning("message rejected", **values, kept="there is no dead-letter queue")
            return False
        try:
            self._dead_letters.send_dead_letter(message, event["error_code"], event["error"])
        except sqs.FAULTS as exc:
            log.error("cannot keep a dead letter", **values, sqs_error=str(exc))
            return False
        log.warning("message rejected", **values)
        return True

    def _settle(self, deleted: list[sqs.Message], kept: list[sqs.Message]) -> None:
        """Delete what is done; hide the rest until it is worth another try."""
        try:
            failed = self._queue.delete(deleted)
            for count in {message.receive_count for message in kept}:
                again = [message for message in kept if message.receive_count == count]
                failed += self._queue.hide(again, round(self._pause(count)))
        except sqs.FAULTS as exc:
            failed = [str(exc)]
        if failed:
            # They come again when their visibility timeout ends, and make no second Job.
            log.warning("messages not settled in SQS", failed=len(failed), error=failed[0])
        self._hand.settle([*deleted, *kept])

    def _pause(self, tries: int) -> float:
        return pause(tries, self._settings.retry_pause, self._settings.retry_pause_limit)
