"""The harness's own parts do what a plan takes for granted."""

from __future__ import annotations

import http.client
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster.process import Undo

from chaos import records
from chaos.clocks import Clock
from chaos.disks import Disk
from chaos.proxy import Proxy
from chaos.queues import Queues

TELL_THE_TIME = """
import datetime, os, sys, time
real = type(datetime.datetime.now()) is datetime.datetime
for _ in sys.stdin:
    child = os.fork()
    if not child:
        print(datetime.datetime.now().timestamp(), datetime.datetime.now(datetime.UTC).timestamp())
        print(time.time(), time.time_ns() / 10**9, time.monotonic(), real, flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""


@pytest.fixture
def queues(tmp_path: Path) -> Iterator[Queues]:
    with Queues(tmp_path / "custody.jsonl") as started:
        yield started


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
                QueueUrl=queues.pair.url, MaxNumberOfMessages=10, WaitTimeSeconds=1
            )
            for one in answer.get("Messages", []):
                received.add(one["Body"])
                queues.client.delete_message(
                    QueueUrl=queues.pair.url, ReceiptHandle=one["ReceiptHandle"]
                )

    deadline = time.monotonic() + 60
    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for start in range(0, len(sent), 10):
        queues.pair.send(*sent[start : start + 10])
    for worker in workers:
        worker.join()

    assert received == set(sent)
    assert queues.pair.count() == 0
    assert queues.dump(1) == {"left": [], "dead": [], "moved": []}


def test_a_message_that_is_given_too_often_is_moved_and_it_is_known_who_held_it(
    queues: Queues, tmp_path: Path
) -> None:
    queues.pair.give_at_most(2)
    queues.pair.send("moved", "rejected")
    began = time.monotonic()
    given = []
    by_another_way = queues.pair.url.replace("127.0.0.1", "localhost")
    for _ in range(2):
        got = queues.client.receive_message(
            QueueUrl=by_another_way, MaxNumberOfMessages=10, VisibilityTimeout=20
        )
        given += got["Messages"]
        for one in got["Messages"]:
            queues.client.change_message_visibility(
                QueueUrl=queues.pair.url, ReceiptHandle=one["ReceiptHandle"], VisibilityTimeout=0
            )
    assert "Messages" not in queues.client.receive_message(QueueUrl=queues.pair.url)
    queues.client.send_message(
        QueueUrl=queues.pair.dead_letter_url,
        MessageBody="sent there",
        MessageAttributes={"errorCode": {"DataType": "String", "StringValue": "A110"}},
    )

    moved = {one["message"]: one["body"] for one in queues.moved()}
    dumped = queues.dump(1)
    held = records.custody(tmp_path)

    assert moved == {one["MessageId"]: one["Body"] for one in given}
    assert sorted(dumped["dead"]) == ["moved", "rejected", "sent there"]
    assert len(dumped["moved"]) == 2
    for message in moved:
        assert [one.by for one in held[message]] == ["local", "local"]
        assert all(began <= one.began <= one.ended <= time.monotonic() for one in held[message])


def test_a_clock_steps_for_all_of_its_processes_and_for_no_other(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock")
    words = [sys.executable, "-c", TELL_THE_TIME]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=clock.environment
    ) as process:
        assert process.stdin
        assert process.stdout
        for step in (0.0, 600.0, -600.0, 0.0):
            clock.set(step)
            process.stdin.write("\n")
            process.stdin.flush()
            told = (process.stdout.readline() + process.stdout.readline()).split()
            assert told[-1] == "True"
            *moments, monotonic = map(float, told[:-1])
            assert monotonic == pytest.approx(time.monotonic(), abs=30)
            for moment in moments:
                assert moment == pytest.approx(time.time() + step, abs=30)
        process.stdin.close()


def test_a_disk_that_is_full_takes_nothing_until_it_is_cleared(tmp_path: Path) -> None:
    disk, undo = Disk(tmp_path / "disk"), Undo()
    disk.mount(undo)
    try:
        if not disk.fill():
            pytest.skip("only root can mount a file system")
        with pytest.raises(OSError, match="No space left"):
            (tmp_path / "disk" / "new").write_text("text")

        disk.clear()

        (tmp_path / "disk" / "new").write_text("text")
    finally:
        disk.unmount()
        undo.everything()
    assert list((tmp_path / "disk").iterdir()) == []
