# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""Callbacks as they are delivered, and attempts: what has come of each."""

from __future__ import annotations

from typing import Any, Optional, TypedDict


class Callback(TypedDict, total=False):
    """A callback to deliver, as C(callbacks.callback) makes it of a Job or a record.

    A delivery reads these; whatever else it holds comes back beside the attempt.
    """

    id: Optional[str]  # the message's
    url: Optional[str]  # its webhook; without one, or with an empty one, there is nobody to call
    body: str  # as it is sent
    delivery_id: str  # the header webhook-id
    service: Optional[str]  # whose secret signs it
    queue: Optional[str]  # where its message came from, and who sent that
    sender: Optional[str]
    traceparent: Optional[str]
    about: dict[str, Any]  # its Job or record, or a reference to it
    record: Optional[str]  # the digest by which a rejected message's record is found
    stored_in: dict[
        str, Any
    ]  # a reference to the record of an expired callback, in place of C(about)
    created: str  # when its Job or record was
    retry: dict[str, Any]  # the attempts before


class Attempt(TypedDict):
    """The result of a callback in a run."""

    accepted: bool  # by a 2xx answer that was read to its end
    code: Optional[int]  # the HTTP status, where there was one
    error: Optional[str]  # why it was not accepted
    silent: bool  # the endpoint gave no answer in time, or is not there
    slow: bool  # it took much of its time, whatever came of it
    server: Optional[str]  # the address that was connected to; an IPv6 address's /48
    postponed: bool  # it does not count as an attempt
    crowded: bool  # it is postponed for no reason of its endpoint
    retry_after: Optional[float]  # seconds for which the endpoint asks


def accepted(code: int | None = None) -> Attempt:
    """Return the attempt of a callback that was accepted, or that has nobody to hear it."""
    return {**_ATTEMPT, "accepted": True, "code": code}


def failed(error: str, code: int | None = None, retry_after: float | None = None) -> Attempt:
    """Return an attempt that was made, and was answered by no 2xx status."""
    return {**_ATTEMPT, "code": code, "error": error, "retry_after": retry_after}


def unanswered(error: str, *, silent: bool) -> Attempt:
    """Return an attempt that was made and had no answer; C(silent) if its server gives none."""
    return {**_ATTEMPT, "error": error, "silent": silent}


def postponed(error: str, *, silent: bool = False, crowded: bool = False) -> Attempt:
    """Return an attempt that was not made, or had less than its time."""
    return {**_ATTEMPT, "error": error, "silent": silent, "crowded": crowded, "postponed": True}


def skipped(error: str) -> Attempt:
    """Return an attempt that was not made, since an earlier callback of its chain failed."""
    return {**_ATTEMPT, "error": error}


_ATTEMPT: Attempt = {
    "accepted": False,
    "code": None,
    "error": None,
    "silent": False,
    "slow": False,
    "server": None,
    "postponed": False,
    "crowded": False,
    "retry_after": None,
}
