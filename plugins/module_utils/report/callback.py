# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""A callback of a Job or a record, and what came of it: types, from one task to the next."""

from __future__ import annotations

from typing import Optional

from ..webhooks import attempts


class Callback(attempts.Callback, total=False):
    """A callback that is due, or is to be noted, as C(callbacks.callback) makes it."""

    id_label: str  # the digest by which its Job or record is found
    unscoped_label: Optional[str]
    key: str  # the status; with a Pod's uid for a further start
    status: int
    job: Optional[str]  # its name; None for a record
    has_detail: bool  # its detail is recorded on the Job
    reasons: Optional[str]  # of its Pods, to be recorded; with the first callback of a Job only
    resource_version: Optional[str]  # of the Job as it was read
    later: bool  # it is to be recorded only: its next attempt is later


class Result(Callback, attempts.Attempt, total=False):
    """A callback with what came of it, as M(sqs_k8s.jobs.webhook) returns it."""

    held_back: bool  # an earlier one of its Job was not accepted
