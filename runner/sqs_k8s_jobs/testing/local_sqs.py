"""SQS's API on a local port, served by moto: for the demo and the tests, never for use."""

from __future__ import annotations

import json
import logging
import threading
import uuid
from typing import TYPE_CHECKING, Any

from sqs_k8s_jobs.errors import OperatorError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_RECEIVE_COUNT = 100
REGION = "us-east-1"


class LocalSqs:
    """The server, for as long as a `with` block lasts."""

    client: SQSClient
    port: int

    def __enter__(self) -> LocalSqs:
        try:
            import boto3

            self._server = _server()
        except ImportError as exc:
            raise OperatorError(f"pip install 'sqs-k8s-jobs[demo]' first: {exc}") from exc
        threading.Thread(target=self._server.serve_forever, name="SQS", daemon=True).start()
        self.port = self._server.server_port
        self.client = boto3.client(
            "sqs",
            endpoint_url=f"http://127.0.0.1:{self.port}",
            aws_access_key_id="local",
            aws_secret_access_key="local",
            region_name=REGION,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a program that uses it."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": REGION,
        }

    def new_queue(self) -> tuple[str, str]:
        """Make a queue and its dead-letter queue; return both URLs."""
        name = f"jobs-{uuid.uuid4().hex[:8]}"
        dead = self.client.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
        answer = self.client.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
        redrive = {
            "deadLetterTargetArn": answer["Attributes"]["QueueArn"],
            "maxReceiveCount": MAX_RECEIVE_COUNT,
        }
        made = self.client.create_queue(
            QueueName=name, Attributes={"RedrivePolicy": json.dumps(redrive)}
        )
        return made["QueueUrl"], dead


def _server() -> Any:
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from moto.sqs.models import SQSBackend
    from werkzeug.serving import make_server

    from sqs_k8s_jobs.testing.serial_wsgi import SerialWsgi

    # It counts the whole queue for each message that it gives out, to see if one is days old.
    SQSBackend.is_message_valid_based_on_retention_period = lambda *_: True
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto = SerialWsgi(DomainDispatcherApplication(create_backend_app))
    return make_server("127.0.0.1", 0, moto, threaded=True, request_handler=MotoRequestHandler)
