"""Acknowledging: a message leaves its queue when its effect is durable, and never before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqs_k8s_jobs.backoff import backoff_seconds, jitter
from sqs_k8s_jobs.in_flight.in_flight import InFlight
from sqs_k8s_jobs.in_flight.tries import Tries
from sqs_k8s_jobs.observability import log
from sqs_k8s_jobs.queue.dead_letters import DeadLetter
from sqs_k8s_jobs.queue.messages import Message
from sqs_k8s_jobs.queue.queues import Queues
from sqs_k8s_jobs.settings import Settings

GIVEN_UP = "A117"
NOT_SENT = "not sent"  # the log's field where a caller hears nothing of its message
STOPPED = "the runner was stopped before the cluster took this message, its queue's last try"
SURPLUS_PART = 4  # of give_up_after: what has no room is hidden for that long


class Acknowledger:
    """Deletes messages, hides them for their next try, and releases them.

    What fails here comes again by itself, when its visibility timeout ends, and makes no second
    Job.
    """

    def __init__(self, queues: Queues, in_flight: InFlight, settings: Settings) -> None:
        self._queues = queues
        self._in_flight = in_flight
        self._settings = settings
        self._tries = Tries()

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Delete messages whose Jobs exist."""
        _warn("message deletion failed", self._queues.delete(messages))
        self.forget(messages)

    def retry_later(self, messages: Sequence[Message]) -> None:
        """Hide messages until they are worth another try: the longer, the more often tried."""
        self.back_off(messages, self._settings.retry_backoff_max)

    def make_room(self, messages: Sequence[Message]) -> None:
        """Hide messages for a good while: so many wait for their namespaces as have no room."""
        if messages:
            seconds = self._settings.give_up_after / SURPLUS_PART
            self._change_visibility({one: round(jitter(seconds)) for one in messages})
            log.info("surplus messages deferred", messages=len(messages))

    def note_failed_try(self, message: Message, own_id: str | None, reason: str) -> None:
        """Note why a message that stays in flight did not become a Job."""
        self._tries.note(message, own_id, reason)

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

    def back_off(self, messages: Sequence[Message], limit: float) -> None:
        """Hide messages, the longer the more often received: so many seconds at most."""
        first = self._settings.retry_backoff
        self._change_visibility(
            {one: round(backoff_seconds(one.receive_count, first, limit)) for one in messages}
        )

    def _change_visibility(self, timeouts: Mapping[Message, int]) -> None:
        """Hide messages for so many seconds each: no longer in flight here, they come again."""
        _warn("visibility change failed", self._queues.change_visibility(timeouts))
        self.forget(list(timeouts))

    def forget(self, messages: Sequence[Message]) -> None:
        """Take messages for no longer in flight."""
        self._in_flight.forget(messages)
        self._tries.forget(messages)


def _warn(action: str, failed: list[str]) -> None:
    if failed:
        log.warning(action, failed=len(failed), error=failed[0])
