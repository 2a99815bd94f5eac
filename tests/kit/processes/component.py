"""A component: parts that start one after another, and end in reverse order."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Self


class Component:
    """Its parts are there while a `with` block lasts; where one does not start, none stays."""

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()

    def _start(self, stack: ExitStack) -> None:
        """Start the parts; each puts on the stack how it is ended."""
        raise NotImplementedError
