"""Settling: a message leaves the queue when its effect is durable, and never before."""

from __future__ import annotations

from collections.abc import Callable

from sqs_k8s_jobs import log, sqs
from sqs_k8s_jobs.hand import Hand
from sqs_k8s_jobs.pauses import pause
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.untold import Refused, Untold

TOLD_PAUSE_LIMIT = 3600.0  # seconds until a refused message comes again to see if 99 was accepted


class Settling:
    """Deletes, keeps as dead letters, and hands back. What fails here comes again by itself,
    when its visibility timeout ends, and makes no second Job.
    """

    def __init__(
        self, queue: sqs.Queue, dead_letters: sqs.Queue | None, hand: Hand, settings: Settings
    ) -> None:
        self._queue = queue
        self._dead_letters = dead_letters
        self._hand = hand
        self._settings = settings
        self._untold = Untold()
        self.want: Callable[[str], None] = lambda _digest: None

    def delete(self, messages: list[sqs.Message]) -> None:
        """Delete messages whose Jobs exist."""
        self._call(lambda: self._queue.delete(messages), "not deleted")
        self._hand.settle(messages)

    def later(self, messages: list[sqs.Message]) -> None:
        """Hide messages until they are worth another try: the longer, the more often tried."""
        for message in messages:
            self._hide(message, self._settings.retry_pause_limit)

    def refused(self, refused: Refused) -> None:
        """Keep a refused message as a dead letter once its caller was told; until then in hand."""
        if refused.outcome["told"]:
            self._bury(refused)
        else:
            self._untold.keep(refused)
            self.want(refused.outcome["id_label"])

    def told(self, digest: str, accepted: bool) -> None:
        """Settle the refused messages of an id whose caller was asked to hear of it.

        Where it did not accept, its record knows when to ask again, and the message comes
        again to see what came of that.
        """
        for refused in self._untold.take(digest):
            if accepted:
                self._bury(refused)
            else:
                self._hide(refused.message, TOLD_PAUSE_LIMIT)

    def hand_back(self) -> None:
        """Hand back what is kept only for its caller's answer."""
        messages = [refused.message for refused in self._untold.empty()]
        self._call(lambda: self._queue.hide(messages, 0), "not handed back")
        self._hand.settle(messages)

    def _bury(self, refused: Refused) -> None:
        values = {name: refused.outcome[name] for name in ("id", "error_code", "error")}
        values["message_id"] = refused.message.message_id
        if self._dead_letters is None:
            log.warning("message refused", **values, kept="there is no dead-letter queue")
            self.later([refused.message])
            return
        try:
            self._dead_letters.send_dead_letter(
                refused.message, refused.outcome["error_code"], refused.outcome["error"]
            )
        except sqs.FAULTS as exc:
            log.error("cannot keep a dead letter", **values, sqs_error=str(exc))
            self.later([refused.message])
            return
        log.warning("message refused", **values)
        self.delete([refused.message])

    def _hide(self, message: sqs.Message, limit: float) -> None:
        seconds = round(pause(message.receive_count, self._settings.retry_pause, limit))
        self._call(lambda: self._queue.hide([message], seconds), "not hidden")
        self._hand.settle([message])

    def _call(self, call: Callable[[], list[str]], what: str) -> None:
        try:
            failed = call()
        except sqs.FAULTS as exc:
            failed = [str(exc)]
        if failed:
            log.warning(f"messages {what}", failed=len(failed), error=failed[0])
