"""SQS's API on a local port, served by moto: for the demo and the tests, never for use."""

from __future__ import annotations

import json
import logging
import uuid
from typing import TYPE_CHECKING

from sqs_k8s_jobs.errors import OperatorError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_RECEIVE_COUNT = 100
REGION = "us-east-1"


class LocalSqs:
    """The server, for as long as a `with` block lasts."""

    def __enter__(self) -> LocalSqs:
        try:
            import boto3
            from moto.server import ThreadedMotoServer
        except ImportError as exc:
            raise OperatorError(f"pip install 'sqs-k8s-jobs[demo]' first: {exc}") from exc
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.environment = {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": REGION,
        }
        self.client: SQSClient = boto3.client(
            "sqs",
            endpoint_url=self.environment["AWS_ENDPOINT_URL"],
            aws_access_key_id="local",
            aws_secret_access_key="local",
            region_name=REGION,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def new_queue(self) -> tuple[str, str]:
        """Make a queue and its dead-letter queue; return both URLs."""
        name = f"jobs-{uuid.uuid4().hex[:8]}"
        dead = self.client.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
        answer = self.client.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
        redrive = {
            "deadLetterTargetArn": answer["Attributes"]["QueueArn"],
            "maxReceiveCount": MAX_RECEIVE_COUNT,
        }
        attributes = {"RedrivePolicy": json.dumps(redrive)}
        made = self.client.create_queue(QueueName=name, Attributes=attributes)  # type: ignore[arg-type]
        return made["QueueUrl"], dead
