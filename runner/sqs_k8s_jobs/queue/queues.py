"""The queues that are served, and the dead-letter queue of each: a message goes to its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TypeVar

from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.observability import log
from sqs_k8s_jobs.queue import sqs
from sqs_k8s_jobs.queue.dead_letters import DeadLetter
from sqs_k8s_jobs.queue.messages import Message
from sqs_k8s_jobs.queue.redrive import FEW_RECEIVES
from sqs_k8s_jobs.queue.sqs import Queue
from sqs_k8s_jobs.settings import Settings

Given = TypeVar("Given")


class Queues:
    """All queues together. An error at one queue is returned as text, not raised."""

    def __init__(self, served: Sequence[Queue], dead_letters: Mapping[str, Queue]) -> None:
        self.served = {queue.url: queue for queue in served}
        self._dead_letters = dead_letters  # by the URL of the queue that is served

    def delete(self, messages: Sequence[Message]) -> list[str]:
        """Delete messages from their queues; return what went wrong."""
        failed: list[str] = []
        for url, some in _by_queue(messages):
            failed += _errors_of(self.served[url].delete, some)
        return failed

    def change_visibility(self, timeouts: Mapping[Message, int]) -> list[str]:
        """Hide messages in their queues, for so many seconds each; return what went wrong."""
        failed: list[str] = []
        for url, some in _by_queue(timeouts):
            failed += _errors_of(
                self.served[url].change_visibility, {one: timeouts[one] for one in some}
            )
        return failed

    def release(self, messages: Sequence[Message]) -> None:
        """Let anybody receive messages at once."""
        failed = self.change_visibility(dict.fromkeys(messages, 0))
        if failed:
            log.warning(
                "message release failed",
                messages=len(messages),
                failed=len(failed),
                error=failed[0],
            )

    def has_dead_letters(self, message: Message) -> bool:
        """Tell whether the queue of a message has a dead-letter queue."""
        return message.queue_url in self._dead_letters

    def send_dead_letters(self, dead_letters: Sequence[DeadLetter]) -> dict[Message, str]:
        """Send dead letters, each for its queue; return the failed ones, with the reasons."""
        failed: dict[Message, str] = {}
        dead_letter_of = {dead_letter.message: dead_letter for dead_letter in dead_letters}
        for url, some in _by_queue(dead_letter_of):
            failed |= self._dead_letters[url].send_dead_letters(
                [dead_letter_of[one] for one in some]
            )
        return failed


def open_queues(settings: Settings) -> Queues:
    """Return the queues that the settings name.

    Raises OperatorError, naming the queue, where one cannot be used or has no dead letters.
    """
    served = [sqs.open_queue(url, settings.visibility_timeout) for url in settings.weights]
    dead_letters = {}
    for queue in served:
        redrive = queue.read_attributes()
        _say_few_receives(queue)
        arn = redrive.dead_letter_arn
        url = settings.dead_letter_queue_url or (queue.url_of(arn) if arn else None)
        if url in settings.weights:
            raise OperatorError(
                f"{url} is among the queues in queue_url and is the dead-letter queue of"
                f" {queue.url}: a dead letter would come again as a message, for ever"
            )
        if url:
            dead_letters[queue.url] = sqs.open_queue(url)
        else:
            _without_dead_letters(queue.url, settings)
    return Queues(served, dead_letters)


def _say_few_receives(queue: Queue) -> None:
    if queue.redrive.is_scarce:
        log.warning(
            "few receives allowed",
            queue=queue.url,
            max_receive_count=queue.redrive.max_receives,
            error="a runner that is killed can leave messages to the dead-letter queue without a"
            f" word to their callers; set maxReceiveCount to {FEW_RECEIVES} or more",
        )


def _without_dead_letters(url: str, settings: Settings) -> None:
    if not settings.allow_missing_dead_letter_queue:
        raise OperatorError(
            f"the queue {url} has no dead-letter queue: give it a redrive policy, name one with"
            " dead_letter_queue_url, or set allow_missing_dead_letter_queue to go on without"
        )
    log.warning(
        "dead-letter queue missing", queue=url, error="an invalid message stays in the queue"
    )


def _by_queue(messages: Collection[Message]) -> Iterator[tuple[str, list[Message]]]:
    """Yield the URL of each queue with its messages, in their order."""
    groups: dict[str, list[Message]] = {}
    for one in messages:
        groups.setdefault(one.queue_url, []).append(one)
    yield from groups.items()


def _errors_of(call: Callable[[Given], list[str]], given: Given) -> list[str]:
    try:
        return call(given)
    except sqs.FAULTS as exc:
        return [str(exc)]
