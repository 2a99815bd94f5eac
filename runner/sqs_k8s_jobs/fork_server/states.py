"""The states of fork servers' patches: logged once, and stored for queries."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable

from sqs_k8s_jobs import log
from sqs_k8s_jobs.fork_server.ansible_patches.patch import State


class States:
    """The last state of each patch, from the servers."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], State] = {}  # by program and part
        self._lock = threading.Lock()

    def hear(self, program: str, lines: Iterable[bytes]) -> None:
        """Read a server's lines, until it ends; a line in between may be a library's."""
        for line in lines:
            try:
                state = State(**json.loads(line))
            except (ValueError, TypeError):
                continue
            self._keep(program, state)

    def all(self) -> list[tuple[str, State]]:
        """Return all states, each with its program."""
        with self._lock:
            return [(program, state) for (program, _), state in sorted(self._known.items())]

    def refusal(self) -> str | None:
        """Return why no run can be warm here; None where that is not so."""
        for _, one in self.all():
            if one.required and not one.in_use:
                return f"{one.part} of {one.of}: {one.why_not}"
        return None

    def _keep(self, program: str, state: State) -> None:
        with self._lock:
            known = self._known.get((program, state.part))
            self._known[program, state.part] = state
        if state != known and state.needed and not (state.in_use or state.required):
            log.warning(
                "patch skipped",
                part=state.part,
                of=state.of,
                error=state.why_not,
            )
