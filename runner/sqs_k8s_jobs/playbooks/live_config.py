"""Live configuration: the last variables and templates that passed the golden cases."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqs_k8s_jobs import temp_dirs
from sqs_k8s_jobs.observability import log
from sqs_k8s_jobs.observability.health import Health
from sqs_k8s_jobs.playbooks import snapshots
from sqs_k8s_jobs.playbooks.playbook_run import RunConfig, RunResult, temp_dir
from sqs_k8s_jobs.settings import Settings

RunGolden = Callable[[RunConfig], RunResult]

PART = "template"
POLL = 5.0  # seconds between two looks at whether something has changed
RETRY = 60.0  # seconds after which what did not pass is tried again, unchanged
MAX_SNAPSHOTS = 8  # sets of copies, since a run may still be reading an earlier one
MAX_SHOWN = 12  # lines of what differs


class LiveConfig:
    """Tries what operators change before it is used, on copies, so that what passed is what runs.

    What does not pass leaves the last good one in use, and the runner not ready.
    """

    def __init__(self, settings: Settings, health: Health, run_golden: RunGolden) -> None:
        self._health = health
        self._run_golden = run_golden
        self._variables = Path(settings.variables_file) if settings.variables_file else None
        self._sources: snapshots.Sources = (self._variables,) if self._variables else ()
        self._folder = temp_dirs.make(temp_dir(settings), "snapshots-")
        self._sets = 0
        self._config: RunConfig | None = None
        self._fingerprint: str | None = None
        self._rejected_at: float | None = None
        self._lock = threading.Lock()

    @property
    def config(self) -> RunConfig:
        """The configuration of playbooks; that of the settings before any has passed."""
        return self._config or RunConfig(self._variables)

    def reload_if_changed(self) -> bool:
        """Try what has changed; False for as long as nothing has ever passed."""
        with self._lock:
            if snapshots.fingerprint(self._sources) != self._fingerprint or self._is_to_try_again():
                self._validate()
            return self._config is not None

    def watch(self, stopping: threading.Event) -> None:
        """Check for changes until stopped."""
        self.reload_if_changed()
        while not stopping.wait(POLL):
            self.reload_if_changed()

    def end(self) -> None:
        """Remove the copies."""
        temp_dirs.remove(self._folder)

    def _is_to_try_again(self) -> bool:
        return self._rejected_at is not None and time.monotonic() - self._rejected_at >= RETRY

    def _validate(self) -> None:
        taken, done = self._run()
        if self._learn_sources(done):
            taken, done = self._run()
        self._fingerprint = snapshots.fingerprint(taken.get(one, one) for one in self._sources)
        if done.error:
            self._rejected_at = time.monotonic()
            self._health.fault(PART, self._words(done, taken))
            return
        self._rejected_at = None
        self._config = _run_config(self._variables, taken)
        self._health.clear_fault(PART)
        log.info("configuration loaded", files=[str(one) for one in self._sources])

    def _run(self) -> tuple[dict[Path, Path], RunResult]:
        self._sets += 1
        shutil.rmtree(self._folder / str(self._sets - MAX_SNAPSHOTS), ignore_errors=True)
        try:
            taken = snapshots.take(self._sources, self._folder / str(self._sets))
        except OSError as exc:
            return {}, RunResult(error=f"the files cannot be copied: {exc}")
        return taken, self._run_golden(_run_config(self._variables, taken))

    def _learn_sources(self, done: RunResult) -> bool:
        """See which template and cases the variables name; True where that was not known."""
        named = [one[name] for one in done.of_kind("sources") for name in ("template", "golden")]
        first = (self._variables,) if self._variables else ()
        sources = (*first, *(Path(one) for one in named if one))
        if not named or sources == self._sources:
            return False
        self._sources = sources
        return True

    @staticmethod
    def _words(done: RunResult, taken: dict[Path, Path]) -> str:
        shown = [event["text"] for event in done.of_kind("line")][:MAX_SHOWN]
        words = "\n".join([str(done.error), *shown])
        for source, copy in taken.items():
            words = words.replace(str(copy), str(source))
        return words


def _run_config(variables: Path | None, taken: dict[Path, Path]) -> RunConfig:
    named = {str(source): str(copy) for source, copy in taken.items() if source != variables}
    return RunConfig(taken.get(variables, variables) if variables else None, named)
