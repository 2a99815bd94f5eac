# Copyright: (c) 2026, the sqs-k8s-jobs authors
# Apache License 2.0 (see LICENSE or https://www.apache.org/licenses/LICENSE-2.0)
"""The queues and senders for which a service's callbacks are signed.

A service is what a message says it is. What signs for it would otherwise vouch for whatever
anybody sends in its name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..common.patterns import Patterns

NAMES = ("queues", "senders")
RULES_MISSING = (
    "report_webhook_secrets_for is empty, and {0} queues are served: say from which of them,"
    " or by which senders, each service's callbacks are signed"
)

UNSIGNED = (
    "report_webhook_secrets_for: service {0} has no secret of its own, so that it would be signed"
    " for by what holds for all others: give it one, or take it out"
)


class InvalidSpeakers(ValueError):
    """The operator's rules for signing cannot be used; its text has the reason."""


@dataclass(frozen=True)
class Speakers:
    """Queues and senders by service; without rules, all callbacks are signed."""

    rules: Mapping[str, tuple[Patterns, Patterns]] = field(default_factory=dict)

    def may_speak(self, service: str, queue: str, sender: str) -> bool:
        """Tell whether a message of this queue and sender may have a service's signature.

        A queue is meant by its ARN or its name alone. A text is empty where it is not known.
        """
        if not self.rules:
            return True
        queues, senders = self.rules.get(service, (_NOBODY, _NOBODY))
        return queues.allow(queue, queue.rpartition(":")[2]) or senders.allow(sender)


_NOBODY = Patterns([])


def read(given: Any, queue_count: int, signing: Collection[str] = ()) -> Speakers:
    """Read what maps a service to C(queues) and C(senders), lists of shell patterns.

    C(queue_count) queues are served: of a single one everything is signed where nothing is said.
    C(signing) are the services with a secret; where there are any, each that is listed has to be
    one.
    """
    if not isinstance(given, Mapping):
        raise InvalidSpeakers("report_webhook_secrets_for is not a map of services")
    if not given and queue_count > 1:
        raise InvalidSpeakers(RULES_MISSING.format(queue_count))
    unsigned = [str(name) for name in given if signing and str(name) not in signing]
    if unsigned:
        raise InvalidSpeakers(UNSIGNED.format(unsigned[0]))
    return Speakers({str(name): _rule(str(name), rule) for name, rule in given.items()})


def _rule(service: str, given: Any) -> tuple[Patterns, Patterns]:
    words = "report_webhook_secrets_for: service {0}: give queues or senders, lists of patterns"
    lists = list(given.values()) if isinstance(given, Mapping) else []
    is_known = bool(lists) and set(given) <= set(NAMES)
    if not is_known or not all(isinstance(one, list) for one in lists):
        raise InvalidSpeakers(words.format(service))
    return Patterns(_texts(given, "queues")), Patterns(_texts(given, "senders"))


def _texts(given: Mapping[str, Any], name: str) -> list[str]:
    return [str(one) for one in given.get(name) or []]
