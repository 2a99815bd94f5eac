"""A short cut: put in only where what it needs of another library is what we know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from platform import python_version
from typing import Any

from sqs_k8s_jobs.fork_server.ansible_patches.requirement import Needed, Unknown
from sqs_k8s_jobs.fork_server.cache import Kept

PYTHON = "Python"


class NotNeeded(Exception):
    """There is nothing to patch; its text has the reason."""


@dataclass(frozen=True)
class State:
    """The state of a patch, for people and for programs."""

    part: str
    of: str  # the library, with its version
    in_use: bool
    needed: bool = True  # False: there was nothing to cut short
    required: bool = False  # where it is not in use, no run is warm
    why_not: str | None = None


@dataclass(frozen=True)
class ShortCut:
    """A patch that replaces or calls a private part of a library."""

    name: str
    of: str  # the distribution; or PYTHON
    needs: tuple[Needed, ...]
    put_in: Callable[[Kept], None]  # raises Unknown or NotNeeded, before it changes anything
    required: bool = False

    def use(self, kept: Kept) -> State:
        """Put it in, unless what it needs is unknown."""
        try:
            for one in self.needs:
                one.check()
        except Unknown as exc:
            return self._state(why_not=str(exc))
        try:
            self.put_in(kept)
        except NotNeeded as exc:
            return self._state(needed=False, why_not=str(exc))
        except Exception as exc:  # of a library that is other than we know, whatever it raises
            return self._state(why_not=str(exc) or type(exc).__name__)
        return self._state(in_use=True)

    def _state(self, **what: Any) -> State:
        in_use = what.pop("in_use", False)
        return State(self.name, self._version(), in_use, required=self.required, **what)

    def _version(self) -> str:
        try:
            version = python_version() if self.of == PYTHON else metadata.version(self.of)
        except metadata.PackageNotFoundError:
            return self.of
        return f"{self.of} {version}"
