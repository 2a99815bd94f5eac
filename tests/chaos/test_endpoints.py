"""Endpoints answer as told, byte for byte, and their log says what they meant."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import pytest
from cluster.process import Undo

from chaos import answers, fault_kinds
from chaos.callers import Callers
from chaos.files import Files

Heard = Callable[[str], list[dict[str, Any]]]  # the entries of a URL's log

BODY = '{"id": "one", "status": 2}'
REQUEST = f"POST /callbacks HTTP/1.1\r\nContent-Length: {len(BODY)}\r\n\r\n{BODY}".encode()
NOTHING = [None]
CASES = [  # the first answers of a mode, as http.client reads them and as they are meant
    ("ok", [200, 200], [200, 200]),
    ("500", [500, 500], [500, 500]),
    ("hang", NOTHING, NOTHING),
    ("slow", NOTHING, NOTHING),
    ("reset", NOTHING, NOTHING),
    ("garbage", NOTHING, NOTHING),
    ("half", [200, None, None], [None, None, None]),  # a head that is cut off is enough for it
    ("length", [None, 200, 503], [None, 200, 503]),
    ("twice", [503, 200], [503, 200]),
    ("late", [503, 200], [503, 200]),
    ("chunks", [503, 200], [503, 200]),
]


@pytest.fixture
def callers(tmp_path: Path) -> Iterator[Callers]:
    files, undo = Files(tmp_path), Undo()
    files.fresh()
    started = Callers(files, undo)
    started.start()
    yield started
    started.stop()
    undo.everything()


@pytest.fixture
def heard(tmp_path: Path) -> Heard:
    def said_by(url: str) -> list[dict[str, Any]]:
        lines = Files(tmp_path).heard.read_text("utf-8").splitlines()
        return [one for one in map(json.loads, lines) if one["url"] == url]

    return said_by


def connect(url: str, timeout: float = 0.5) -> http.client.HTTPConnection:
    where = urlsplit(url)
    return http.client.HTTPConnection(str(where.hostname), where.port, timeout=timeout)


def post(connection: http.client.HTTPConnection) -> int | None:
    """Return the answer's status, or None where none came whole within a moment."""
    try:
        connection.request("POST", "/callbacks", BODY, {"webhook-id": "one-2"})
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return None
    return answer.status


@pytest.mark.parametrize(("mode", "read", "meant"), CASES)
def test_an_endpoint_answers_as_told_and_the_others_well(
    callers: Callers, heard: Heard, mode: str, read: list[int | None], meant: list[int | None]
) -> None:
    callers.answer(3, mode)

    for status in read:
        assert post(connect(callers.urls[3])) == status
        assert post(connect(callers.urls[4])) == 200

    time.sleep(2.5 if mode == "slow" else 0)
    mine = heard(callers.urls[3])
    assert [one["answer"] for one in mine] == meant
    assert {(one["body"], one["delivery"]) for one in mine} == {(BODY, "one-2")}
    assert all(one["sent"] <= one["answered"] for one in mine)
    assert callers.ended() == 1


@pytest.mark.parametrize("mode", ["hints", "twice", "late"])
def test_a_careless_reader_takes_a_refusal_for_an_acceptance(
    callers: Callers, heard: Heard, mode: str
) -> None:
    callers.answer(3, mode)
    connection = connect(callers.urls[3], timeout=5)
    connection.connect()
    assert connection.sock
    file = connection.sock.makefile("rb")

    taken = []
    for _ in range(14):
        connection.sock.sendall(REQUEST)
        taken.append(read_on(file))
        time.sleep(0.15)  # for what comes late

    connection.close()
    said = [one["answer"] for one in heard(callers.urls[3])]
    assert (200, 503) in zip(taken, said, strict=False)


def read_on(file: BinaryIO) -> int:
    """Return the status of whatever answer comes next, and leave the rest for the next request."""
    status = int(file.readline().split()[1])
    length = 0
    while line := file.readline().strip():
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    file.read(length)
    return status


def test_what_belongs_to_no_request_comes_late_and_never_instead_of_an_answer(
    callers: Callers,
) -> None:
    callers.answer(3, "late")
    connection = connect(callers.urls[3])

    assert [post(connection) for _ in range(4)] == [503, 200, 503, 503]
    time.sleep(0.3)
    assert connection.sock
    assert connection.sock.recv(100) == answers.response(200)


def test_each_mode_of_the_plans_is_one_that_endpoints_know() -> None:
    known = {*answers.MODES, "hang", "reset"}

    assert set(fault_kinds.ENDPOINT_MODES.values()) < known
    assert "hints" in known
