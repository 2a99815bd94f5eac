"""Fuzz targets: functions that take bytes, and raise where a promise is broken."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.sqs_k8s.jobs.plugins.module_utils.manifest import job_manifest, strict_yaml
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.observability import events
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.policy import checks
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks import delivery
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.delivery_options import (
    DeliveryOptions,
)
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http.answers import Answer
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http.routes import Route
from data.hostile.case import FORBIDDEN, INVALID, TEMPLATE
from kit.builders import rendering
from kit.builders.policies import rules

from fuzz import addresses, answering, costs, image_names, jobs, text_oracle
from fuzz.lookups import Manifests
from fuzz.resolving import Resolver, nothing_connects

MOST_WORDS = 1000  # characters of an error that is told
MOST_SECONDS = 3.0  # of processor time, for one text
PATIENCE = 30.0  # seconds after which something is broken, not slow
SOON = 0.002  # seconds for what is there already
NO_WEB = (22, 25, 110, 3306, 5432, 6379, 9200, 11211)  # ports at which something else listens
RULES = rules()
OWN = Manifests(rendering.TEMPLATE)
CARELESS = Manifests(rendering.ROLE.parents[1] / "tests" / "fuzz" / "careless.yaml.j2")


def reader(data: bytes) -> None:
    """Any text is a message that satisfies the schema, or an error in words."""
    began = time.process_time()
    one = rendering.entry(data.decode("utf-8", "surrogateescape"))
    assert time.process_time() - began < MOST_SECONDS

    text_oracle.check_addressee(one)
    text_oracle.check_shown(events.of_read([one]), one["warnings"], one["error"])
    text_oracle.check_warnings(one["warnings"])
    if one["error"]:
        assert one["message"] is None
        _check_error(one["error"], INVALID)
        assert one["error"]["message"].isprintable(), ascii(one["error"]["message"])
        return
    message = one["message"]
    assert rendering.validator().is_valid(message)
    written = json.dumps(message)
    assert json.dumps(json.loads(written)) == written
    assert json.dumps(rendering.entry(written)["message"]) == written


def renderer(data: bytes) -> None:
    """Any text that a template may give is an object that JSON can carry, or refused in words."""
    began = time.process_time()
    try:
        made = job_manifest.parse(data.decode("utf-8", "replace"))
        written = json.dumps(made, allow_nan=False, ensure_ascii=False)
        # One character may be written as six.
        assert len(written) <= 6 * strict_yaml.MAX_SIZE
        assert json.dumps(json.loads(written), ensure_ascii=False) == written
        job_manifest.check(made, "t-1", "default")
    except job_manifest.InvalidManifest:
        pass
    assert time.process_time() - began < MOST_SECONDS


def job(data: bytes) -> None:
    """A message becomes its own Job, which may do nothing that it must not, or an error."""
    entry = rendering.entry(data.decode("utf-8", "surrogateescape"))
    if entry["error"]:
        return
    made = OWN.render(entry)
    if made["manifest"]:
        assert text_oracle.arrived(json.loads(made["manifest"])) == text_oracle.sent(
            entry["message"]
        )
    for one in (made, CARELESS.render(entry)):
        if one["error"]:
            _check_error(one["error"], TEMPLATE, FORBIDDEN)
        else:
            _check_none(jobs.wrongs(json.loads(one["manifest"]), entry))


def policy_job(data: bytes) -> None:
    """A manifest that the policy lets pass may do nothing that it must not."""
    try:
        made = job_manifest.parse(data.decode("utf-8", "replace"))
        checks.check_job(made, RULES)
    except (job_manifest.InvalidManifest, checks.Forbidden):
        return
    _check_none(jobs.wrongs_of_pods(made))


def destination(data: bytes) -> None:
    """A callback goes to a globally reachable address of its host, or nowhere."""
    url, answers = _call(data.decode("utf-8", "surrogateescape"))
    resolver = Resolver(answers)
    callback = {"id": "one", "url": url, "status": 0, "body": "{}", "delivery_id": "one-0"}
    means = DeliveryOptions(1.0, 1, Route(resolve=resolver))
    with nothing_connects() as tried:
        result = delivery.post(delivery.Connections(means.route, 1), callback, means)

    assert result["accepted"] is False or not url
    _check_none([str(one) for one in tried if not addresses.is_public(one)])
    _check_none([one for one in tried if one not in resolver.answered])
    assert not (tried and _port(url) in NO_WEB)
    if result["error"]:
        _check_words(result["error"])


def _port(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError:
        return None


def answer(data: bytes) -> None:
    """A 2xx is what was said first and in whole, of an endpoint that has hung up and of one that
    has not: then the answer itself tells where it ends.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        _check_accepted(data, _answer(ours))
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data)
        expected = _check_accepted(data, _answer(ours, SOON))
        assert expected is None or expected.tells_its_end


def _check_accepted(data: bytes, found: Answer | None) -> answering.Said | None:
    """Return what was said, where it was taken for a 2xx."""
    if not found or not 200 <= found.status < 300:
        return None
    expected = answering.said(data)
    assert expected
    assert expected.status == found.status
    return expected


def _answer(sock: socket.socket, seconds: float = PATIENCE) -> Answer | None:
    found = Answer(sock, method="POST", end=time.monotonic() + seconds)
    try:
        found.begin()
    except (http.client.HTTPException, OSError):
        return None
    return found


def _call(text: str) -> tuple[str, list[Any]]:
    """Return a URL and what its host resolves to; other text is a URL by itself."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        return text, ["10.0.0.1", "93.184.216.34"]
    found = said.get("addresses")
    return str(said.get("url", "")), found if isinstance(found, list) else []


def _check_error(error: dict[str, str], *codes: str) -> None:
    assert error["errorCode"] in codes, error
    _check_words(error["message"])


def _check_words(words: str) -> None:
    assert words
    assert len(words) <= MOST_WORDS, len(words)
    assert "Traceback (most recent" not in words


def _check_none(wrongs: list[str]) -> None:
    assert not wrongs, wrongs


TARGETS: dict[str, Callable[[bytes], None]] = {
    "reader": reader,
    "renderer": renderer,
    "job": job,
    "policy": policy_job,
    "destination": destination,
    "answer": answer,
    "clock": costs.clock,
    "image": image_names.image,
}
