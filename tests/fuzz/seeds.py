"""Seeds of fuzzing: the hostile table, the golden messages, and earlier findings."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from data.hostile.messages import CASES
from kit.builders.rendering import entry, message
from kit.paths import ROOT, TESTS

from fuzz.dictionary import HOSTS, IMAGES, TEXTS, YAML
from fuzz.repair import RICH

GOLDEN = TESTS / "data" / "golden"
ENVELOPED = json.dumps({"TopicArn": "arn:x", "Message": json.dumps(RICH)}).encode()
FOUND = Path(__file__).parent / "found"


@cache
def of(target: str) -> dict[str, bytes]:
    """Return a target's seeds and what was found for it, by a name."""
    found = {one.name: one.read_bytes() for one in sorted((FOUND / target).glob("*"))}
    return {**_SEEDS.get(target, dict)(), **found}


def _messages() -> dict[str, bytes]:
    said = {_name(case.name): case.body(message(case.name)).encode() for case in CASES}
    return {**said, **_ordinary_messages()}


def _ordinary_messages() -> dict[str, bytes]:
    rich = json.dumps({**RICH, "webhook": {"url": "https://caller.example/"}}).encode()
    # Nothing here is run, so the specification's own line of shell may stay as it is.
    demo = ROOT / "runner" / "sqs_k8s_jobs" / "demo" / "messages"
    files = [GOLDEN / "seed.json", *sorted(demo.glob("*.json"))]
    return {"rich": rich, **{f"{one.parent.name}-{one.name}": one.read_bytes() for one in files}}


def _texts() -> dict[str, bytes]:
    job = {"apiVersion": "batch/v1", "kind": "Job", "spec": {}}
    job["metadata"] = {"name": "t-1", "namespace": "default"}
    quoted = json.dumps({**job, "text": [*TEXTS, *YAML]}).encode()
    found = {f"yaml-{number}": f"a: {one}\n".encode() for number, one in enumerate(YAML)}
    return {**found, "golden": _golden(), "quoted": quoted, "job": yaml.safe_dump(job).encode()}


def _jobs() -> dict[str, bytes]:
    golden = yaml.safe_load(_golden())
    small: dict[str, Any] = {"apiVersion": "batch/v1", "kind": "Job", "metadata": {}}
    small["spec"] = {"template": {"spec": {"containers": [{"name": "job", "image": "busybox"}]}}}
    return {"golden": json.dumps(golden).encode(), "small": json.dumps(small).encode()}


def _urls() -> dict[str, bytes]:
    calls: dict[str, Any] = {
        f"host-{n}": {"url": f"http://{one}/a?b#c"} for n, one in enumerate(HOSTS)
    }
    calls["https"] = {"url": "https://user:word@caller.example:8443/"}
    calls["ssh"] = {"url": "http://caller.example:22/"}
    calls["redis"] = {"url": "http://caller.example:6379/"}
    found = [*HOSTS, 2130706433, 1, *HOSTS]
    for start, name in enumerate(calls):
        calls[name]["addresses"] = found[start : start + 3]
    return {name: json.dumps(calls[name]).encode() for name in calls}


def _answers() -> dict[str, bytes]:
    """One answer of each form, and some that are none."""
    ok = b"HTTP/1.1 200 OK\r\n"
    chunks = ok + b"Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\n"
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
    whole = ok + b"Content-Length: 5\r\n\r\nhello"
    return {
        "length": whole,
        "chunks": chunks + b"\r\n",
        "trailers": chunks + b"Expires: 0\r\n\r\n",
        "both": ok + b"Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "close": b"HTTP/1.0 200 OK\nConnection: close\n\nhello",
        "no-content": b"HTTP/1.1 204 No Content\r\n\r\n",
        "hints": hints + whole,
        "many-hints": hints * 12 + whole,
        "two": whole + whole,
        "short": whole[:-1],
        "refusal": b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n",
        "switching": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n" + whole,
    }


def _golden() -> bytes:
    return (GOLDEN / "seed.manifest.yaml").read_bytes()


def _name(words: str) -> str:
    return "".join(one if one.isalnum() else "-" for one in words)


def _valid_messages() -> dict[str, bytes]:
    found = _messages()
    return {name: found[name] for name in found if not entry(found[name].decode())["error"]}


def _images() -> dict[str, bytes]:
    return {f"image-{number}": one.encode() for number, one in enumerate(IMAGES)}


def _of_clock() -> dict[str, bytes]:
    """Few, as each is measured for a while; what grows in them is any of their places."""
    named = {**_ordinary_messages(), **_texts()}
    return {**named, "golden": _jobs()["golden"], "enveloped": ENVELOPED}


_SEEDS = {
    "reader": _messages,
    "renderer": _texts,
    "job": _valid_messages,
    "policy": _jobs,
    "destination": _urls,
    "answer": _answers,
    "clock": _of_clock,
    "image": _images,
}
