"""A queue's redrive policy: where messages go that stay, and after how many receives."""

from __future__ import annotations

import json
from dataclasses import dataclass

FEW_RECEIVES = 3  # receives; fewer leave no room for a runner that is killed, or for a slow one


@dataclass(frozen=True)
class Redrive:
    """The redrive policy of a queue; without a policy, messages stay."""

    dead_letter_arn: str | None = None
    max_receives: int | None = None  # maxReceiveCount: the receive after so many moves a message

    def is_last(self, receive_count: int) -> bool:
        """Tell whether a message that was received so often is not given again."""
        return self.max_receives is not None and receive_count >= self.max_receives

    def can_wait(self, receive_count: int) -> bool:
        """Tell whether a message received so often can be hidden, and its next receive is not the
        last one.
        """
        return not self.is_last(receive_count + 1)

    @property
    def is_scarce(self) -> bool:
        """True if a message has too few receives to spend any on waiting in line."""
        return self.max_receives is not None and self.max_receives < FEW_RECEIVES


def read(policy: str | None) -> Redrive:
    """Parse the text of a RedrivePolicy; without text, no policy."""
    if not policy:
        return Redrive()
    said = json.loads(policy)
    return Redrive(said["deadLetterTargetArn"], int(said["maxReceiveCount"]))
