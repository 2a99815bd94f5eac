"""As much of SQS's API as the runner uses, as a program.

``python -m bench.sqs_server FILE QUEUES``. Once it serves,
FILE holds as JSON its URL and those of each queue and its dead-letter queue.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from chaos.receiver import Request, read_request
from cluster.ports import free_ports

from .queue import Message, Queue

POLL_SECONDS = 0.02  # between two looks of a long poll
ACCOUNT = "123456789012"
ARN = f"arn:aws:sqs:us-east-1:{ACCOUNT}:"
MOST_RECEIVES = 10
Answer = dict[str, Any]


class Api:
    """The queues, by their names, and the operations on them."""

    def __init__(self, queues: int, url: str) -> None:
        self.urls: list[tuple[str, str]] = []
        self.url = url
        self._queues: dict[str, Queue] = {}
        self._redrive: dict[str, str] = {}
        for number in range(queues):
            name, dead = f"jobs-{number}", f"jobs-{number}-dead"
            self._queues |= {name: Queue(name), dead: Queue(dead)}
            policy = {"deadLetterTargetArn": ARN + dead, "maxReceiveCount": MOST_RECEIVES}
            self._redrive[name] = json.dumps(policy)
            self.urls.append((self._at(name), self._at(dead)))
        self._operations: dict[str, Callable[[Queue, Answer], Answer]] = {
            "SendMessageBatch": self._send,
            "DeleteMessageBatch": self._delete,
            "ChangeMessageVisibilityBatch": self._hide,
            "GetQueueAttributes": self._attributes,
        }

    async def answer(self, operation: str, asked: Answer) -> Answer:
        """Return what SQS would. Raises KeyError where the queue or operation is unknown."""
        if operation == "GetQueueUrl":
            return {"QueueUrl": self._at(self._queues[asked["QueueName"]].name)}
        queue = self._queues[asked["QueueUrl"].rsplit("/", 1)[-1]]
        if operation == "ReceiveMessage":
            return await self._receive(queue, asked)
        return self._operations[operation](queue, asked)

    def _at(self, name: str) -> str:
        return f"{self.url}/{ACCOUNT}/{name}"

    async def _receive(self, queue: Queue, asked: Answer) -> Answer:
        deadline = time.monotonic() + asked.get("WaitTimeSeconds", 0)
        most, timeout = asked.get("MaxNumberOfMessages", 1), asked.get("VisibilityTimeout")
        while not (found := queue.receive(time.monotonic(), most, timeout)):
            if time.monotonic() >= deadline:
                return {}
            await asyncio.sleep(POLL_SECONDS)
        return {"Messages": [_shown(message) for message in found]}

    def _send(self, queue: Queue, asked: Answer) -> Answer:
        sent = [(one["Id"], queue.send(one["MessageBody"])) for one in asked["Entries"]]
        return {"Successful": [{"Id": key, **_sent(message)} for key, message in sent]}

    def _delete(self, queue: Queue, asked: Answer) -> Answer:
        for one in asked["Entries"]:
            queue.delete(one["ReceiptHandle"])
        return {"Successful": [{"Id": one["Id"]} for one in asked["Entries"]]}

    def _hide(self, queue: Queue, asked: Answer) -> Answer:
        now, failed = time.monotonic(), []
        for one in asked["Entries"]:
            if not queue.hide(one["ReceiptHandle"], now, one["VisibilityTimeout"]):
                failed.append({"Id": one["Id"], "SenderFault": True, "Code": "MessageNotInflight"})
        return {"Successful": [], "Failed": failed}

    def _attributes(self, queue: Queue, _asked: Answer) -> Answer:
        visible, hidden = queue.counts(time.monotonic())
        known = {
            "QueueArn": ARN + queue.name,
            "VisibilityTimeout": str(int(queue.visibility_timeout)),
            "ApproximateNumberOfMessages": str(visible),
            "ApproximateNumberOfMessagesNotVisible": str(hidden),
        }
        if queue.name in self._redrive:
            known["RedrivePolicy"] = self._redrive[queue.name]
        return {"Attributes": known}


def _sent(message: Message) -> Answer:
    return {"MessageId": str(message.number), "MD5OfMessageBody": ""}


def _shown(message: Message) -> Answer:
    return {
        "MessageId": str(message.number),
        "ReceiptHandle": message.handle,
        "Body": message.body,
        "Attributes": {"ApproximateReceiveCount": str(message.received)},
    }


async def serve(api: Api, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer a connection's requests, one after the other."""
    while request := await read_request(reader):
        status, answer = await _status_and_answer(api, request)
        body = json.dumps(answer).encode()
        head = f"HTTP/1.1 {status} -\r\nContent-Type: application/x-amz-json-1.0\r\n"
        head += f"x-amzn-RequestId: {uuid.uuid4()}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
    writer.close()


async def _status_and_answer(api: Api, request: Request) -> tuple[int, Answer]:
    operation = request.headers.get("x-amz-target", "").rpartition(".")[2]
    try:
        return 200, await api.answer(operation, json.loads(request.body))
    except KeyError as unknown:
        kind = "com.amazonaws.sqs#QueueDoesNotExist"
        return 400, {"__type": kind, "message": f"{operation}: {unknown}"}


async def listen(file: Path, queues: int) -> None:
    """Serve until SIGTERM."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    (port,) = free_ports(1)
    api = Api(queues, f"http://127.0.0.1:{port}")
    await asyncio.start_server(partial(serve, api), "127.0.0.1", port)
    unfinished = file.with_suffix(".new")
    unfinished.write_text(json.dumps({"url": api.url, "queues": api.urls}), "utf-8")
    unfinished.rename(file)
    await ended.wait()


if __name__ == "__main__":
    asyncio.run(listen(Path(sys.argv[1]), int(sys.argv[2])))
