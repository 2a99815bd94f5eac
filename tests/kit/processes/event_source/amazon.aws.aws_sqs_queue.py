"""In the place of amazon.aws's event source: the same events, options and protocol, by boto3.

That source needs aiobotocore and a collection that is on Galaxy alone. ansible-rulebook takes this
one by its file's name, from the folder that `--source-dir` names.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import boto3


async def main(queue: Any, args: dict[str, Any]) -> None:
    """Receive messages for ever; delete each once the rule engine has it."""
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName=args["name"])["QueueUrl"]
    while True:
        for one in (await asyncio.to_thread(_receive, sqs, url, args)).get("Messages", []):
            meta = {"MessageId": one["MessageId"], "event": {"uuid": one["MessageId"]}}
            await queue.put({"body": _parsed(one["Body"]), "meta": meta})
            if args.get("feedback"):
                patience = int(args.get("feedback_timeout", 120))
                await asyncio.wait_for(args["eda_feedback_queue"].get(), patience)
            sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])


def _receive(sqs: Any, url: str, args: dict[str, Any]) -> dict[str, Any]:
    wait = int(args.get("delay_seconds", 2))
    most = int(args.get("max_number_of_messages", 1))
    return sqs.receive_message(QueueUrl=url, WaitTimeSeconds=wait, MaxNumberOfMessages=most)


def _parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except json.JSONDecodeError:
        return body
