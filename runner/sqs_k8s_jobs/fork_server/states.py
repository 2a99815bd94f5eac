"""The states of fork servers' patches: logged once, and stored for queries."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable

from sqs_k8s_jobs.fork_server.ansible_patches.patch import PatchState
from sqs_k8s_jobs.observability import log


class States:
    """The last state of each patch, from the servers."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], PatchState] = {}  # by program and patch
        self._lock = threading.Lock()

    def read(self, program: str, lines: Iterable[bytes]) -> None:
        """Read a server's lines, until it ends; a line in between may be a library's."""
        for line in lines:
            try:
                state = PatchState(**json.loads(line))
            except (ValueError, TypeError):
                continue
            self._keep(program, state)

    def all(self) -> list[tuple[str, PatchState]]:
        """Return all states, each with its program."""
        with self._lock:
            return [(program, state) for (program, _), state in sorted(self._known.items())]

    def unusable_reason(self) -> str | None:
        """Return why no run can use a fork server here; None where that is not so."""
        for _, one in self.all():
            if one.required and not one.applied:
                return f"{one.patch} of {one.library}: {one.reason}"
        return None

    def _keep(self, program: str, state: PatchState) -> None:
        with self._lock:
            known = self._known.get((program, state.patch))
            self._known[program, state.patch] = state
        if state != known and state.needed and not (state.applied or state.required):
            log.warning(
                "patch skipped",
                patch=state.patch,
                library=state.library,
                error=state.reason,
            )
