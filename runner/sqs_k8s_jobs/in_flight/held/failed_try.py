"""A failed try: a message whose Job its namespace has not taken, and what is known of the cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqs_k8s_jobs.queue.messages import Message


class Cause(NamedTuple):
    """Why a namespace has not taken a Job."""

    reason: str  # the cluster's words
    is_fault: bool = False  # whether only the operator can set it right
    is_invented: bool = False  # whether the namespace may be none, and a sender's word alone


@dataclass(frozen=True)
class FailedTry:
    """A message whose Job was not taken, or not tried as those of its namespace are not taken."""

    namespace: str  # empty where the message waits for none
    message: Message
    cause: Cause
    takes_some: bool = False  # whether its namespace has just taken others
    is_attempted: bool = True  # whether its own Job was tried
    digest: str = ""  # of its id: messages of one id fail together
