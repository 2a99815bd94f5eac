"""The input of a run of submit: messages, and the runner's data about each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Submission:
    """A batch, in which each message has a key of its own."""

    files: Mapping[str, str]  # bodies, by key
    traceparents: Mapping[str, str] = field(default_factory=dict)  # by key
    message_ids: Mapping[str, str] = field(default_factory=dict)  # SQS's own, by key
    queues: Mapping[str, str] = field(default_factory=dict)  # ARNs, by key
    senders: Mapping[str, str] = field(default_factory=dict)  # SQS's SenderId, by key
    waiting: Mapping[str, str] = field(default_factory=dict)  # namespaces without Jobs, and why
    probes: Sequence[str] = ()  # keys of messages that try one of these namespaces all the same
    give_up: Sequence[str] = ()  # keys of messages to reject where they do not become Jobs now
    stalled: Sequence[str] = ()  # keys of messages to reject unread: they took too long alone
    cautious: bool = False  # whether the run before had no time for all of its messages
    alone: bool = False  # whether it is one message of a run that took too long
