"""Submitting: batches in hand become Jobs; each message is settled by what became of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from sqs_k8s_jobs import log
from sqs_k8s_jobs.hand import Hand
from sqs_k8s_jobs.health import Health
from sqs_k8s_jobs.pauses import pause
from sqs_k8s_jobs.playbook import Run
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.settling import Settling
from sqs_k8s_jobs.sqs import Message
from sqs_k8s_jobs.untold import Refused

RunSubmit = Callable[[dict[str, str], dict[str, str]], Run]  # bodies and traces, by their keys

PART = "submit"
FAULT_PAUSE_LIMIT = 60.0  # seconds between two tries of what the operator has to set right


class Submitter:
    """Takes one batch after the other; several of them share a hand.

    Where a batch fails as a whole, that is no message's fault: it stays in hand, no more is
    received or submitted, and it is tried again after a pause.
    """

    def __init__(
        self,
        hand: Hand,
        settling: Settling,
        settings: Settings,
        health: Health,
        run_submit: RunSubmit,
    ) -> None:
        self._hand = hand
        self._settling = settling
        self._settings = settings
        self._health = health
        self._run_submit = run_submit
        self._failed_runs = 0
        self.prepare: Callable[[], bool] = lambda: True
        self.told: Callable[[Run], None] = lambda _done: None
        self.became: Callable[[Message, dict[str, Any]], None] = lambda _message, _outcome: None

    def work(self, stopping: threading.Event) -> None:
        """Submit batches until the hand is closed."""
        while batch := self._hand.take():
            self.submit(batch)
            self._hand.leave(batch)
            if self._failed_runs:
                stopping.wait(self._pause(self._failed_runs))
                self._hand.resume()

    def submit(self, batch: list[Message]) -> None:
        """Submit one batch and settle its messages, or put them back where it failed."""
        if not self.prepare():
            self._failed_runs += 1
            self._hand.put_back(batch)
            return
        keys = {f"{number:04d}": message for number, message in enumerate(batch)}
        began = time.monotonic()
        traces = {key: one.traceparent for key, one in keys.items() if one.traceparent}
        done = self._run_submit({key: one.body for key, one in keys.items()}, traces)
        self.told(done)
        outcome_of = {event["key"]: event for event in done.of_kind("outcome")}
        faults = [one["error"] for one in outcome_of.values() if one["fault"]]
        if outcome_of and len(faults) == len(outcome_of):
            done.error, outcome_of = str(faults[0]), {}
        left = [message for key, message in keys.items() if key not in outcome_of]
        if done.error:
            self._failed_runs += 1
            self._hand.put_back(left)
        else:
            self._failed_runs = 0
            self._settling.later(left)
        self._say(done.error or next(iter(faults), None))
        self._settle(keys, outcome_of, began)

    def _settle(
        self, keys: dict[str, Message], outcome_of: dict[str, dict[str, Any]], began: float
    ) -> None:
        created: list[Message] = []
        refused: list[Refused] = []
        again: list[Message] = []
        for key, outcome in outcome_of.items():
            self.became(keys[key], outcome)
            if outcome["outcome"] in ("created", "exists"):
                _log(f"job {outcome['outcome']}", keys[key], outcome)
                created.append(keys[key])
            elif outcome["outcome"] == "refused":
                refused.append(Refused(keys[key], outcome))
            else:
                log.warning("message to be tried again", **_values(keys[key], outcome))
                again.append(keys[key])
        self._settling.delete(created)
        self._settling.refused(refused, began)
        self._settling.later(again)

    def _say(self, fault: str | None) -> None:
        """Say what is the operator's matter, if only for some of the messages."""
        if fault:
            self._health.fault(PART, fault)
        else:
            self._health.well(PART)

    def _pause(self, tries: int) -> float:
        limit = min(self._settings.retry_pause_limit, FAULT_PAUSE_LIMIT)
        return pause(tries, self._settings.retry_pause, limit)


def _log(action: str, message: Message, outcome: dict[str, Any]) -> None:
    write = log.warning if outcome["warnings"] else log.info
    write(action, **_values(message, outcome))


def _values(message: Message, outcome: dict[str, Any]) -> dict[str, Any]:
    values = {name: outcome[name] for name in ("id", "namespace", "job", "error", "warnings")}
    return {**values, "attempt": message.receive_count}
