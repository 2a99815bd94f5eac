"""Rejecting: a rejected message becomes a dead letter once its caller has heard 99."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqs_k8s_jobs.in_flight.acknowledger import NOT_SENT, Acknowledger
from sqs_k8s_jobs.in_flight.rejections import PendingRejections, Rejection
from sqs_k8s_jobs.observability import log
from sqs_k8s_jobs.playbooks.events import NO_OUTCOME, Outcome
from sqs_k8s_jobs.queue.dead_letters import DeadLetter
from sqs_k8s_jobs.queue.messages import Message
from sqs_k8s_jobs.queue.queues import Queues
from sqs_k8s_jobs.workqueue.endpoints import Endpoints
from sqs_k8s_jobs.workqueue.workqueue import WorkQueue

INVALID = "A110"
TOO_SLOW = "tried alone, it cannot be read: a run takes longer than run_timeout, or is killed"
BACKOFF_MAX = 3600.0  # seconds until a rejected message comes again, for its 99


class Rejector:
    """Sends dead letters, and has messages in flight until their 99 was attempted."""

    def __init__(
        self,
        queues: Queues,
        acknowledger: Acknowledger,
        workqueue: WorkQueue,
        endpoints: Endpoints,
    ) -> None:
        self._queues = queues
        self._acknowledger = acknowledger
        self._workqueue = workqueue
        self._endpoints = endpoints
        self._pending = PendingRejections()

    def message_ids(self, digest: str) -> list[str]:
        """Return SQS's ids of the rejected messages in flight that a record answers."""
        return self._pending.message_ids(digest)

    def reject(self, rejections: Sequence[Rejection], began: float) -> None:
        """Dead-letter delivered rejections; the others stay in flight until then.

        `began` is when the run that refused them did, on the monotonic clock: what callers have
        answered since then counts.
        """
        self._dead_letter([one for one in rejections if one.outcome["delivered"]])
        for one in rejections:
            if not one.outcome["delivered"]:
                self._await_delivery(one, began)

    def rejection_attempted(self, digests: Sequence[str], accepted: bool) -> None:
        """Dead-letter the rejected messages of records whose 99 was attempted.

        Where they did not accept, their records know when to ask again, and the messages come
        again to see what came of that; but for those that their queues give no more.
        """
        rejections = [one for digest in digests for one in self._pending.pop(digest, accepted)]
        if accepted:
            self._dead_letter(rejections)
        else:
            self._retry_or_dead_letter(rejections)

    def reject_unread(self, messages: Sequence[Message]) -> None:
        """Dead-letter messages that cannot be read in time, and so have no known caller."""
        outcome: Outcome = {**NO_OUTCOME, "error_code": INVALID, "error": TOO_SLOW}
        for one in messages:
            log.error(
                "message given up",
                message_id=one.message_id,
                error=TOO_SLOW,
                callback=NOT_SENT,
            )
        self._dead_letter([Rejection(one, outcome) for one in messages])

    def release_pending(self) -> None:
        """Release messages that wait only for their caller's answer: their record is stored."""
        pending = self._pending.drain()
        messages = [one.message for one in pending if not one.message.is_last]
        self._queues.release(messages)
        self._acknowledger.forget(messages)
        self._dead_letter([one for one in pending if one.message.is_last])

    def _await_delivery(self, one: Rejection, began: float) -> None:
        digest = one.digest
        self._retry_or_dead_letter(self._pending.add(one))
        answer = self._pending.attempted_since(digest, began)
        if answer is None:
            endpoint = self._endpoints.of(digest)
            self._workqueue.add_if_idle(digest, self._endpoints.lane(endpoint), endpoint)
        else:
            self.rejection_attempted([digest], answer)

    def _retry_or_dead_letter(self, rejections: Sequence[Rejection]) -> None:
        """Have messages come again; dead-letter those at their last receive."""
        self._dead_letter([one for one in rejections if one.message.is_last])
        again = [one.message for one in rejections if not one.message.is_last]
        self._acknowledger.back_off(again, BACKOFF_MAX)

    def _dead_letter(self, rejections: Sequence[Rejection]) -> None:
        """Send dead letters, and delete the messages that were sent."""
        dead_letters = [
            DeadLetter(one.message, one.outcome["error_code"] or "", one.outcome["error"] or "")
            for one in rejections
            if self._queues.has_dead_letters(one.message)
        ]
        failed = self._queues.send_dead_letters(dead_letters)
        dead_lettered = {dead_letter.message for dead_letter in dead_letters} - failed.keys()
        for one in rejections:
            if one.message in dead_lettered:
                log.warning("message rejected", **_values(one))
            elif one.message in failed:
                error = failed[one.message]
                log.error("dead letter send failed", **_values(one), sqs_error=error)
            else:
                where = "there is no dead-letter queue"
                log.warning("message rejected", **_values(one), kept=where)
        messages = [one.message for one in rejections]
        self._acknowledger.acknowledge([one for one in messages if one in dead_lettered])
        self._acknowledger.retry_later([one for one in messages if one not in dead_lettered])


def _values(rejection: Rejection) -> dict[str, Any]:
    outcome, message = rejection.outcome, rejection.message
    values = {name: outcome[name] for name in ("id", "error_code", "error")}
    if outcome["id"] is None:  # its 99 is logged with the record, too
        values["record"] = outcome["record"]
    return {**values, "message_id": message.message_id, "attempt": message.receive_count}
