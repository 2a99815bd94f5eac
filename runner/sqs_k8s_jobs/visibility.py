"""Visibility: what is in hand stays hidden from other runners for as long as work lasts."""

from __future__ import annotations

import threading

from sqs_k8s_jobs import log, sqs
from sqs_k8s_jobs.hand import Hand
from sqs_k8s_jobs.settings import Settings


def hold(queue: sqs.Queue, hand: Hand, settings: Settings, finished: threading.Event) -> None:
    """Extend the visibility timeout of all in hand, three times in its length."""
    while not finished.wait(settings.visibility_timeout / 3):
        messages = hand.all()
        try:
            failed = queue.hide(messages, settings.visibility_timeout)
        except sqs.FAULTS as exc:
            failed = [str(exc)]
        if failed:
            log.warning(
                "visibility not extended",
                messages=len(messages),
                failed=len(failed),
                error=failed[0],
            )
