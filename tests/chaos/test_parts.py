"""The harness's own parts do what a plan takes for granted."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cluster.process import Undo

from chaos.callers import Callers
from chaos.files import Files
from chaos.proxy import Proxy
from chaos.queues import Queues

BODY = '{"id": "one", "status": 2}'


@pytest.fixture
def undo() -> Iterator[Undo]:
    started = Undo()
    yield started
    started.everything()


@pytest.fixture
def callers(tmp_path: Path, undo: Undo) -> Iterator[Callers]:
    files = Files(tmp_path)
    files.fresh()
    started = Callers(files, undo)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def queues() -> Iterator[Queues]:
    with Queues() as started:
        yield started


def post(url: str) -> int | None:
    """The answer's status, or None where there was none within a moment."""
    where = urlsplit(url)
    connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=0.5)
    try:
        connection.request("POST", where.path, BODY, {"webhook-id": "one-2"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("mode", "answer"),
    [("ok", 200), ("500", 500), ("hang", None), ("slow", None), ("reset", None), ("garbage", None)],
)
def test_an_endpoint_answers_as_told_and_the_others_well(
    callers: Callers, tmp_path: Path, mode: str, answer: int | None
) -> None:
    callers.answer(3, mode)

    assert post(callers.urls[3]) == answer
    assert post(callers.urls[4]) == 200

    time.sleep(2.5 if mode == "slow" else 0)
    assert callers.ended() == 1
    heard = [json.loads(line) for line in Files(tmp_path).heard.read_text().splitlines()]
    (mine,) = [one for one in heard if one["url"] == callers.urls[3]]
    assert (mine["answer"], mine["body"], mine["delivery"]) == (answer, BODY, "one-2")
    assert mine["sent"] <= mine["answered"]


def test_a_proxy_that_is_cut_lets_nothing_pass_until_restored(queues: Queues) -> None:
    with Proxy(queues.port) as proxy:
        assert answers(proxy.port)

        proxy.cut()
        assert not answers(proxy.port)
        proxy.restore()
        assert answers(proxy.port)

        proxy.cut(silent=True)
        assert not answers(proxy.port)
        proxy.restore()
        assert answers(proxy.port)


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status > 0
    except OSError:
        return False
    finally:
        connection.close()


def test_no_message_is_lost_between_clients_that_send_and_delete_at_once(queues: Queues) -> None:
    sent = [f"message {number}" for number in range(150)]
    received: set[str] = set()

    def work() -> None:
        while len(received) < len(sent) and time.monotonic() < deadline:
            answer = queues.client.receive_message(
                QueueUrl=queues.url, MaxNumberOfMessages=10, WaitTimeSeconds=1
            )
            for one in answer.get("Messages", []):
                received.add(one["Body"])
                queues.client.delete_message(
                    QueueUrl=queues.url, ReceiptHandle=one["ReceiptHandle"]
                )

    deadline = time.monotonic() + 60
    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for start in range(0, len(sent), 10):
        queues.send(sent[start : start + 10])
    for worker in workers:
        worker.join()

    assert received == set(sent)
    assert queues.waiting() == 0
    assert queues.dump(1) == {"left": [], "dead": []}
