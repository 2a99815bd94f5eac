"""Visibility: messages in flight stay hidden from other runners while they are processed."""

from __future__ import annotations

import threading

from sqs_k8s_jobs.in_flight.in_flight import InFlight
from sqs_k8s_jobs.observability import log
from sqs_k8s_jobs.queue.queues import Queues
from sqs_k8s_jobs.settings import Settings


def extend(
    queues: Queues, in_flight: InFlight, settings: Settings, finished: threading.Event
) -> None:
    """Extend the visibility timeout of all messages in flight, three times in its length."""
    while not finished.wait(settings.visibility_timeout / 3):
        messages = in_flight.messages()
        failed = queues.change_visibility(dict.fromkeys(messages, settings.visibility_timeout))
        if failed:
            log.warning(
                "visibility extension failed",
                messages=len(messages),
                failed=len(failed),
                error=failed[0],
            )
