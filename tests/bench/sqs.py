"""SQS's API in a process of its own, and clients of its queues."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import boto3
from cluster.process import Process, Undo
from kit.paths import TESTS
from kit.servers.sqs import QueuePair

READY_SECONDS = 60.0
ACCESS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def start(
    folder: Path, undo: Undo, prefix: list[str], queues: int
) -> tuple[Process, list[QueuePair]]:
    """Start the server, and return it with so many queues."""
    file = folder / "sqs.json"
    command = [*prefix, sys.executable, "-m", "bench.sqs_server", str(file), str(queues)]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    process = Process("SQS", command, folder / "sqs.log", undo, environment)
    process.start()
    process.wait_until(file.exists, "SQS's API is served", READY_SECONDS)
    known = json.loads(file.read_text("utf-8"))
    access = {**ACCESS, "AWS_ENDPOINT_URL": known["url"]}
    client = boto3.client(
        "sqs",
        endpoint_url=known["url"],
        aws_access_key_id=access["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=access["AWS_SECRET_ACCESS_KEY"],
        region_name=access["AWS_DEFAULT_REGION"],
    )
    return process, [QueuePair(url, dead, access, client) for url, dead in known["queues"]]
