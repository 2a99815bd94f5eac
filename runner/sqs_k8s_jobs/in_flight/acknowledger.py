"""Settling: a message leaves its queue when its effect is durable, and never before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqs_k8s_jobs.backoff import backoff_seconds, jitter
from sqs_k8s_jobs.in_flight.in_flight import InFlight
from sqs_k8s_jobs.in_flight.rejections import PendingRejections, Rejection
from sqs_k8s_jobs.in_flight.tries import Tries
from sqs_k8s_jobs.observability import log
from sqs_k8s_jobs.queue.dead_letters import DeadLetter
from sqs_k8s_jobs.queue.messages import Message
from sqs_k8s_jobs.queue.queues import Queues
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.workqueue.endpoints import Endpoints
from sqs_k8s_jobs.workqueue.workqueue import WorkQueue

GIVEN_UP = "A117"
INVALID = "A110"
TOO_SLOW = "tried alone, it cannot be read: a run takes longer than run_timeout, or is killed"
NOT_SENT = "not sent"  # the log's field where a caller hears nothing of its message
STOPPED = "the runner was stopped before the cluster took this message, its queue's last try"
SURPLUS_PART = 4  # of give_up_after: what has no room is hidden for that long
REJECTION_BACKOFF_MAX = 3600.0  # seconds until a rejected message comes again, for its 99


class Acknowledger:
    """Deletes, keeps as dead letters, and hands back. What fails here comes again by itself,
    when its visibility timeout ends, and makes no second Job.
    """

    def __init__(
        self,
        queues: Queues,
        in_flight: InFlight,
        workqueue: WorkQueue,
        endpoints: Endpoints,
        settings: Settings,
    ) -> None:
        self._queues = queues
        self._in_flight = in_flight
        self._workqueue = workqueue
        self._endpoints = endpoints
        self._settings = settings
        self._pending = PendingRejections()
        self._tries = Tries()

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Delete messages whose Jobs exist."""
        _warn("message deletion failed", self._queues.delete(messages))
        self._forget(messages)

    def retry_later(self, messages: Sequence[Message]) -> None:
        """Hide messages until they are worth another try: the longer, the more often tried."""
        self._back_off(messages, self._settings.retry_backoff_max)

    def make_room(self, messages: Sequence[Message]) -> None:
        """Hide messages for a good while: so many wait for their namespaces as have no room."""
        if messages:
            seconds = self._settings.give_up_after / SURPLUS_PART
            self._hide({one: round(jitter(seconds)) for one in messages})
            log.info("surplus messages deferred", messages=len(messages))

    def note_failed_try(self, message: Message, own_id: str | None, reason: str) -> None:
        """Note why a message that stays in flight did not become a Job."""
        self._tries.note(message, own_id, reason)

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

    def rejection_delivered(self, digests: Sequence[str], accepted: bool) -> None:
        """Dead-letter the rejected messages of records whose 99 was attempted.

        Where they did not accept, their records know when to ask again, and the messages come
        again to see what came of that; but for those that their queues give no more.
        """
        rejections = [one for digest in digests for one in self._pending.pop(digest, accepted)]
        if accepted:
            self._dead_letter(rejections)
        else:
            self._retry_or_dead_letter(rejections)

    def unreadable(self, messages: Sequence[Message]) -> None:
        """Dead-letter messages that cannot be read in time, and so have no known caller."""
        outcome = {"id": None, "error_code": INVALID, "error": TOO_SLOW}
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
        self._forget(messages)
        self._dead_letter([one for one in pending if one.message.is_last])

    def release(self, messages: Sequence[Message]) -> None:
        """Release messages to their queues; dead-letter those at their last receive."""
        self._queues.release([one for one in messages if not one.is_last])
        last = [one for one in messages if one.is_last and self._queues.has_dead_letters(one)]
        dead_letters = [DeadLetter(one, GIVEN_UP, self._why_given_up(one)) for one in last]
        failed = self._queues.send_dead_letters(dead_letters)
        for dead_letter in dead_letters:
            one = dead_letter.message
            log.error(
                "message given up",
                id=self._tries.of(one).id,
                error_code=GIVEN_UP,
                error=dead_letter.reason,
                message_id=one.message_id,
                attempt=one.receive_count,
                sqs_error=failed.get(one),
                callback=NOT_SENT,
            )
        self.acknowledge([one for one in last if one not in failed])

    def _why_given_up(self, message: Message) -> str:
        reason = self._tries.of(message).reason
        return f"{STOPPED}: {reason}" if reason else STOPPED

    def _await_delivery(self, one: Rejection, began: float) -> None:
        digest = one.digest
        self._retry_or_dead_letter(self._pending.add(one))
        answer = self._pending.attempted_since(digest, began)
        if answer is None:
            endpoint = self._endpoints.of(digest)
            self._workqueue.add_if_idle(digest, self._endpoints.lane(endpoint), endpoint)
        else:
            self.rejection_delivered([digest], answer)

    def _retry_or_dead_letter(self, rejections: Sequence[Rejection]) -> None:
        """Have messages come again; dead-letter those at their last receive."""
        self._dead_letter([one for one in rejections if one.message.is_last])
        again = [one.message for one in rejections if not one.message.is_last]
        self._back_off(again, REJECTION_BACKOFF_MAX)

    def _dead_letter(self, rejections: Sequence[Rejection]) -> None:
        """Send dead letters, and delete the messages that were sent."""
        dead_letters = [
            DeadLetter(one.message, one.outcome["error_code"], one.outcome["error"])
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
        self.acknowledge([one.message for one in rejections if one.message in dead_lettered])
        self.retry_later([one.message for one in rejections if one.message not in dead_lettered])

    def _back_off(self, messages: Sequence[Message], limit: float) -> None:
        first = self._settings.retry_backoff
        self._hide(
            {one: round(backoff_seconds(one.receive_count, first, limit)) for one in messages}
        )

    def _hide(self, timeouts: Mapping[Message, int]) -> None:
        """Hide messages for so many seconds each: no longer in flight here, they come again."""
        _warn("visibility change failed", self._queues.change_visibility(timeouts))
        self._forget(list(timeouts))

    def _forget(self, messages: Sequence[Message]) -> None:
        self._in_flight.forget(messages)
        self._tries.forget(messages)


def _values(rejection: Rejection) -> dict[str, Any]:
    values = {name: rejection.outcome[name] for name in ("id", "error_code", "error")}
    message = rejection.message
    if values["id"] is None:  # its 99 is logged with the record, too
        values["record"] = rejection.outcome.get("record")
    return {**values, "message_id": message.message_id, "attempt": message.receive_count}


def _warn(action: str, failed: list[str]) -> None:
    if failed:
        log.warning(action, failed=len(failed), error=failed[0])
