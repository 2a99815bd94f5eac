"""Receiving: from the queue into the hand, as long as there is room."""

from __future__ import annotations

import threading

from sqs_k8s_jobs import log, sqs
from sqs_k8s_jobs.hand import Hand
from sqs_k8s_jobs.health import Health
from sqs_k8s_jobs.pauses import pause
from sqs_k8s_jobs.settings import Settings

PART = "queue"
PAUSE_LIMIT = 30.0  # seconds between two tries to receive


def receive(
    queue: sqs.Queue,
    hand: Hand,
    settings: Settings,
    health: Health,
    stopping: threading.Event,
) -> None:
    """Receive until told to stop; what comes while stopping is handed back."""
    tries = 0
    while hand.wait_for_room() and not stopping.is_set():
        try:
            messages = queue.receive(settings.wait_time)
            tries = 0
            health.well(PART)
        except sqs.FAULTS as exc:
            tries += 1
            seconds = pause(
                tries, settings.retry_pause, min(settings.retry_pause_limit, PAUSE_LIMIT)
            )
            health.fault(PART, f"cannot receive from {queue.url}: {exc}")
            stopping.wait(seconds)
            continue
        if stopping.is_set():
            _hand_back(queue, messages)
        else:
            hand.add(messages, more=len(messages) == sqs.BATCH)


def _hand_back(queue: sqs.Queue, messages: list[sqs.Message]) -> None:
    try:
        queue.hide(messages, 0)
    except sqs.FAULTS as exc:
        log.warning("cannot hand back", messages=len(messages), error=str(exc))
