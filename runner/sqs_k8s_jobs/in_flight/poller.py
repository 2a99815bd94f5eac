"""Poller: receives from one queue, while it has room in flight."""

from __future__ import annotations

import threading

from sqs_k8s_jobs.backoff import backoff_seconds
from sqs_k8s_jobs.in_flight.in_flight import InFlight
from sqs_k8s_jobs.observability import log
from sqs_k8s_jobs.observability.health import Health
from sqs_k8s_jobs.observability.metrics import Metrics
from sqs_k8s_jobs.queue import sqs
from sqs_k8s_jobs.queue.call_limits import CALL_ENTRIES
from sqs_k8s_jobs.queue.messages import Message
from sqs_k8s_jobs.settings import Settings

PAUSE_LIMIT = 30.0  # seconds between two tries to receive


def poll(
    queue: sqs.Queue,
    in_flight: InFlight,
    settings: Settings,
    health: Health,
    metrics: Metrics,
    stopping: threading.Event,
) -> None:
    """Receive from a queue until stopped; messages that arrive while stopping are released."""
    tries, part = 0, f"queue {queue.url}"
    limit = min(settings.retry_backoff_max, PAUSE_LIMIT)
    while in_flight.wait_for_capacity(queue.url) and not stopping.is_set():
        try:
            messages = queue.receive(settings.receive_wait_time)
            tries = 0
            metrics.received(queue.url, messages)
            health.clear_fault(part)
        except sqs.FAULTS as exc:
            tries += 1
            health.fault(part, f"cannot receive from {queue.url}: {exc}")
            stopping.wait(backoff_seconds(tries, settings.retry_backoff, limit))
            continue
        if stopping.is_set():  # what the queue gives no more has to be worked on all the same
            _release(queue, [one for one in messages if not one.is_last])
            messages = [one for one in messages if one.is_last]
        in_flight.add(queue.url, messages, more=len(messages) == CALL_ENTRIES)


def _release(queue: sqs.Queue, messages: list[Message]) -> None:
    try:
        queue.change_visibility(dict.fromkeys(messages, 0))
    except sqs.FAULTS as exc:
        log.warning("message release failed", messages=len(messages), error=str(exc))
