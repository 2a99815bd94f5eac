"""A patch: applied only where what it needs of another library is what we know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from platform import python_version
from typing import Any

from sqs_k8s_jobs.fork_server.ansible_patches.requirement import Mismatch, Requirement
from sqs_k8s_jobs.fork_server.cache import DiskCache

PYTHON = "Python"


class NotNeeded(Exception):
    """There is nothing to patch; its text has the reason."""


@dataclass(frozen=True)
class PatchState:
    """The state of a patch, for people and for programs."""

    patch: str
    library: str  # with its version
    applied: bool
    needed: bool = True  # False: there was nothing to patch
    required: bool = False  # where it is not applied, no run uses a fork server
    reason: str | None = None


@dataclass(frozen=True)
class Patch:
    """A patch that replaces or calls a private part of a library."""

    name: str
    library: str  # the distribution; or PYTHON
    requirements: tuple[Requirement, ...]
    install: Callable[[DiskCache], None]  # raises Mismatch or NotNeeded, before it changes anything
    required: bool = False

    def apply(self, cache: DiskCache) -> PatchState:
        """Apply it, unless what it needs is other than what we know."""
        try:
            for one in self.requirements:
                one.check()
        except Mismatch as exc:
            return self._state(reason=str(exc))
        try:
            self.install(cache)
        except NotNeeded as exc:
            return self._state(needed=False, reason=str(exc))
        except Exception as exc:  # of a library that is other than we know, whatever it raises
            return self._state(reason=str(exc) or type(exc).__name__)
        return self._state(applied=True)

    def _state(self, **what: Any) -> PatchState:
        applied = what.pop("applied", False)
        return PatchState(self.name, self._version(), applied, required=self.required, **what)

    def _version(self) -> str:
        try:
            version = python_version() if self.library == PYTHON else metadata.version(self.library)
        except metadata.PackageNotFoundError:
            return self.library
        return f"{self.library} {version}"
