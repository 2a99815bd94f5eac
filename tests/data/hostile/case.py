"""One hostile message: what it says, what becomes of it, and with which words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

RUNS = "created"  # its Job is made, and every text in it arrived as it was sent
INVALID = "A110"
TEMPLATE = "A111"
FORBIDDEN = "A114"
GONE = object()  # a field that is left out


@dataclass(frozen=True)
class Case:
    """A row of the table.

    What the message says is a change of a valid one, by dotted path, or the text itself. An id
    that runs has the valid one's at its end, so that no other message has it.
    """

    name: str
    says: dict[str, Any] | str
    outcome: str
    words: str = ""  # a part of what its sender, or the operator, is told

    def body(self, valid: dict[str, Any]) -> str:
        """Return the message's text, made from a valid one of this case's own id."""
        if isinstance(self.says, str):
            return self.says
        message = json.loads(json.dumps(valid))
        for path, value in self.says.items():
            own = path == "id" and self.outcome == RUNS
            _put(message, path.split("."), f"{value} {valid['id']}" if own else value)
        return json.dumps(message)


def _put(owner: dict[str, Any], path: list[str], value: Any) -> None:
    *above, last = path
    for name in above:
        owner = owner.setdefault(name, {})
    if value is GONE:
        owner.pop(last, None)
    else:
        owner[last] = value
