"""The door to SQS: the only file that knows boto3."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import boto3
import botocore.config
import botocore.exceptions

from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.queue import dead_letters, redrive
from sqs_k8s_jobs.queue.call_limits import CALL_ENTRIES, chunks, chunks_by_size, size_of
from sqs_k8s_jobs.queue.dead_letters import DeadLetter
from sqs_k8s_jobs.queue.messages import Message
from sqs_k8s_jobs.queue.redrive import Redrive
from sqs_k8s_jobs.queue.regions import region_of

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

TRACE = "traceparent"  # an attribute of messages
TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
FAULTS = (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError)


class Queue:
    """One SQS queue. Every method may raise one of FAULTS."""

    def __init__(self, url: str, visibility_timeout: int = 120) -> None:
        retries = botocore.config.Config(
            retries={"mode": "standard", "total_max_attempts": 3},
            connect_timeout=5,
            read_timeout=30,
        )
        self.url = url
        self.redrive = Redrive()  # this and its ARN are known once `read_attributes` was called,
        self.arn = ""  # as `queues.open_queues` does
        self._visibility_timeout = visibility_timeout
        self._client: SQSClient = boto3.client("sqs", region_name=region_of(url), config=retries)

    def receive(self, wait_time: int) -> list[Message]:
        """Return up to ten messages, waiting up to so many seconds for the first."""
        answer = self._client.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=CALL_ENTRIES,
            WaitTimeSeconds=wait_time,
            VisibilityTimeout=self._visibility_timeout,
            MessageSystemAttributeNames=["ApproximateReceiveCount", "SenderId", "SentTimestamp"],
            MessageAttributeNames=["All"],
        )
        return [self._message(one) for one in answer.get("Messages", [])]

    def delete(self, messages: Sequence[Message]) -> list[str]:
        """Delete messages; return SQS's errors of those that it did not delete."""
        failed: list[str] = []
        for ten in chunks(messages):
            answer = self._client.delete_message_batch(QueueUrl=self.url, Entries=_entries(ten))
            failed += _failures(answer)
        return failed

    def change_visibility(self, timeouts: Mapping[Message, int]) -> list[str]:
        """Hide messages for so many seconds each, from now on; 0 releases them."""
        failed: list[str] = []
        for ten in chunks(timeouts):
            entries: Any = [
                {**entry, "VisibilityTimeout": timeouts[message]}
                for entry, message in zip(_entries(ten), ten, strict=True)
            ]
            answer = self._client.change_message_visibility_batch(
                QueueUrl=self.url, Entries=entries
            )
            failed += _failures(answer)
        return failed

    def send(self, bodies: Iterable[str]) -> int:
        """Send bodies as messages and return how many there were."""
        count = 0
        for some in chunks_by_size(bodies, size_of):
            entries: Any = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(some)]
            answer = self._client.send_message_batch(QueueUrl=self.url, Entries=entries)
            failed = _failures(answer)
            if failed:
                raise OperatorError(f"SQS refused {len(failed)} messages: {failed[0]}")
            count += len(entries)
        return count

    def send_dead_letters(self, dead: Sequence[DeadLetter]) -> dict[Message, str]:
        """Send dead letters; return those that SQS did not take, with its errors.

        Those of a call that failed are among them.
        """
        failed: dict[Message, str] = {}
        for some in chunks_by_size(dead, dead_letters.size):
            try:
                failed |= self._keep(some)
            except botocore.exceptions.ClientError as exc:
                if len(some) == 1:
                    failed[some[0].message] = str(exc)
                for one in some if len(some) > 1 else []:  # SQS may mind a single one of them
                    failed |= self.send_dead_letters([one])
            except FAULTS as exc:
                failed.update((one.message, str(exc)) for one in some)
        return failed

    def _keep(self, some: Sequence[DeadLetter]) -> dict[Message, str]:
        entries: Any = [
            {"Id": str(number), **dead_letters.entry(one)} for number, one in enumerate(some)
        ]
        answer = self._client.send_message_batch(QueueUrl=self.url, Entries=entries)
        return {some[int(one["Id"])].message: _words(one) for one in answer.get("Failed", [])}

    def read_attributes(self) -> Redrive:
        """Return what the queue does with messages that stay, and receive by it from now on.

        Raises OperatorError unless the queue is there and may be read.
        """
        try:
            answer = self._client.get_queue_attributes(
                QueueUrl=self.url, AttributeNames=["RedrivePolicy", "QueueArn"]
            )
        except FAULTS as exc:
            raise OperatorError(f"the queue {self.url} cannot be used: {exc}") from exc
        attributes = answer.get("Attributes", {})
        self.arn = attributes.get("QueueArn", "")
        self.redrive = redrive.read(attributes.get("RedrivePolicy"))
        return self.redrive

    def url_of(self, arn: str) -> str:
        """Return the URL of another queue, of which the ARN is known."""
        account, name = arn.split(":")[-2:]
        try:
            answer = self._client.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)
        except FAULTS as exc:
            raise OperatorError(f"the dead-letter queue {arn} cannot be found: {exc}") from exc
        return answer["QueueUrl"]

    def _message(self, one: Any) -> Message:
        system, attributes = one.get("Attributes", {}), one.get("MessageAttributes", {})
        sent = system.get("SentTimestamp")  # in milliseconds
        receive_count = int(system.get("ApproximateReceiveCount", 1))
        return Message(
            message_id=one["MessageId"],
            receipt_handle=one["ReceiptHandle"],
            body=one["Body"],
            receive_count=receive_count,
            queue_url=self.url,
            sent_at=int(sent) / 1000 if sent else None,
            traceparent=_traceparent(attributes),
            is_last=self.redrive.is_last(receive_count),
            can_wait=self.redrive.can_wait(receive_count),
            attributes=attributes,
            queue_arn=self.arn,
            sender=system.get("SenderId", ""),
        )


def open_queue(url: str, visibility_timeout: int = 120) -> Queue:
    """Return the queue, or raise OperatorError where AWS access is not set up or it is FIFO."""
    if url.endswith(".fifo"):
        raise OperatorError(
            f"{url} is a FIFO queue, and these are not served: use a standard queue; the id of a"
            " message keeps it from running twice"
        )
    try:
        return Queue(url, visibility_timeout)
    except botocore.exceptions.NoRegionError as exc:
        raise OperatorError(
            f"the region of the queue {url} is not known, since its URL does not name it:"
            " set AWS_REGION"
        ) from exc
    except (*FAULTS, ValueError) as exc:
        raise OperatorError(f"AWS access is not set up for the queue {url}: {exc}") from exc


def _traceparent(attributes: Any) -> str | None:
    """Return a valid traceparent: it becomes a variable of a play, which evaluates other texts."""
    text = attributes.get(TRACE, {}).get("StringValue", "")
    return text if TRACEPARENT.fullmatch(text) else None


def _entries(messages: Sequence[Message]) -> Any:
    return [
        {"Id": str(number), "ReceiptHandle": message.receipt_handle}
        for number, message in enumerate(messages)
    ]


def _failures(answer: Any) -> list[str]:
    return [_words(one) for one in answer.get("Failed", [])]


def _words(failure: Any) -> str:
    return f"{failure.get('Code')}: {failure.get('Message')}"
