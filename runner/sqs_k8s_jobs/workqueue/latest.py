"""A bounded memory of names that senders choose: the latest stay."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

Value = TypeVar("Value")


class Latest(OrderedDict[str, Value]):
    """A dict that forgets what was set longest ago. It has no lock."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, name: str, value: Value) -> None:
        super().__setitem__(name, value)
        self.move_to_end(name)
        if len(self) > self._most:
            del self[next(iter(self))]
