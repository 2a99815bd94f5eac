"""Servers that misbehave at random, with several callers on each: who accepted is who said so."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from random import Random

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import delivery
from kit.builders.delivery_options import PATIENCE, deliver, options
from kit.servers.bytes_server import BODY, CLOSE, RESET, BytesServer

CALLERS = 12
CALLBACKS = 4  # of each caller
SEEDS = range(12)
SECONDS = (0.001, 0.01, 0.03)
STATUSES = (200, 200, 202, 204, 301, 410, 429, 500, 503)
INFORMATIONAL = (
    b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 102 Processing\r\nContent-Length: 0\r\n\r\n",
)
STRAY = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
    b"hello",
    b"0\r\n\r\n",
    b"\r\n",
)


@dataclass(frozen=True)
class Caller:
    """A server's bytes for each request of a caller, and their meaning."""

    parts: tuple[bytes | float | str, ...]
    code: int
    whole: bool
    stray: bool  # it says more than one answer, and may confuse itself


def made(random: Random) -> Caller:
    """Make up a caller's server."""
    code = random.choice(STATUSES)
    answer, ends = framed(code, random)
    cut = random.random() < 0.25
    if cut:
        answer = answer[: random.randrange(1, len(answer))]
    hints = [random.choice(INFORMATIONAL) for _ in range(random.choice((0, 0, 1, 3)))]
    parts = [*hints, *pieces(answer, random)]
    parts = [part for one in parts for part in (one, *pauses(random))]
    if random.random() < 0.2:
        parts.insert(random.randrange(len(parts)), BODY)
    stray = random.random() < 0.3 and not cut
    if stray:
        parts += [*pauses(random), *pieces(random.choice(STRAY), random)]
    if cut or not ends or random.random() < 0.2:
        parts.append(CLOSE if ends or random.random() < 0.5 or not cut else RESET)
    return Caller(tuple(parts), code, not cut, stray)


def framed(code: int, random: Random) -> tuple[bytes, bool]:
    """Return an answer, and whether it says where it ends."""
    status = b"HTTP/1.1 %d Said\r\n" % code
    if code == 204:
        return status + random.choice((b"\r\n", b"Content-Length: 5\r\n\r\nhello")), True
    length, chunks = b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n"
    in_chunks = b"2\r\nhe\r\n3;a=b\r\nllo\r\n0\r\n"
    return random.choice(
        (
            (status + length + b"\r\nhello", True),
            (status + b"Content-Length: 0\r\n\r\n", True),
            (status + chunks + b"\r\n" + in_chunks + b"\r\n", True),
            (status + chunks + b"\r\n" + in_chunks + b"Expires: 0\r\nA: b\r\n\r\n", True),
            (status + chunks + length + b"\r\n" + in_chunks + b"\r\n", True),
            (status + length + b"Connection: close\r\n\r\nhello", True),
            (status.replace(b"1.1", b"1.0") + length + b"\r\nhello", True),
            (status + b"\r\nhello", False),
        )
    )


def pieces(data: bytes, random: Random) -> list[bytes]:
    """Cut what is said in up to three."""
    cuts = sorted(random.randrange(len(data) + 1) for _ in range(random.choice((0, 0, 1, 2))))
    return [data[one:other] for one, other in pairwise([0, *cuts, len(data)])]


def pauses(random: Random) -> list[float]:
    return [random.choice(SECONDS)] if random.random() < 0.3 else []


def a_cut_answer_may_be_whole(caller: Caller) -> bool:
    """Tell whether the end of the connection is the end of the answer, wherever it was cut."""
    said = b"".join(part for part in caller.parts if isinstance(part, bytes))
    head, end, _body = said.rpartition(b"\r\n\r\n")
    return bool(end) and b"\r\n\r\nhello".startswith(end) and b"Content-Length" not in head


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("workers", [2, 16])
def test_who_accepted_is_who_said_so_in_whole(seed, workers):
    random = Random(seed)
    callers = {f"/{number}": made(random) for number in range(CALLERS)}
    with BytesServer(lambda heard: callers[heard.path].parts) as server:
        callbacks = [
            {
                "id": f"{path}-{number}",
                "url": server.url + path,
                "status": 0,
                "body": "{}",
                "delivery_id": f"{path}-{number}",
            }
            for number in range(CALLBACKS)
            for path in callers
        ]
        results = delivery.deliver(callbacks, options(PATIENCE, workers))

    for result in results:
        path = result["url"].removeprefix(server.url)
        caller = callers[path]
        accepts = 200 <= caller.code < 300
        assert not result["postponed"], caller
        if caller.stray or a_cut_answer_may_be_whole(caller):
            continue
        if BODY in caller.parts:  # it may be caught to speak too early
            assert not result["accepted"] or (accepts and caller.whole), caller
            continue
        assert result["accepted"] == (accepts and caller.whole), (caller, result["error"])
        if caller.whole:
            assert result["code"] == caller.code, caller
    heard = {one.connection: set() for one in server.heard}
    for one in server.heard:
        heard[one.connection].add(one.path)
    assert all(len(paths) == 1 for paths in heard.values())


def test_a_length_that_cannot_be_read_is_no_silence():
    said = b"HTTP/1.1 500 Oops\r\nContent-Length: 5, 6\r\n\r\nhello"
    with BytesServer(lambda _heard: (BODY, said)) as server:
        (result,) = deliver(f"{server.url}/a")

    assert (result["accepted"], result["silent"]) == (False, False)
