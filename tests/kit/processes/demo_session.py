"""`make demo KEEP=1` in a terminal of its own, and what that terminal shows."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

from kit.wait import until

from .doc_commands import Reader

FIRST_TIME = 1800.0  # seconds: it may have to build the cluster's programs
END_SECONDS = 120


class DemoSession:
    """The demo, for as long as a `with` block lasts."""

    def __init__(self, reader: Reader, command: str, file: Path) -> None:
        self._reader = reader
        self._words = shlex.split(command)
        self._file = file

    def __enter__(self) -> DemoSession:
        with self._file.open("wb") as output:
            self._process = subprocess.Popen(
                self._words,
                cwd=self._reader.checkout,
                env=self._reader.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        until(
            lambda: "\nthe runner's log: " in self.shown() or self._process.poll() is not None,
            "the demo stays up",
            FIRST_TIME,
        )
        assert self._process.poll() is None, self.shown()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(END_SECONDS)

    def shown(self) -> str:
        """Return what the terminal shows so far."""
        return self._file.read_text("utf-8")

    @property
    def exports(self) -> str:
        """The lines that it says to type in another terminal."""
        return "\n".join(re.findall(r"^  (export .*)$", self.shown(), re.MULTILINE))

    @property
    def caller(self) -> str:
        """The URL of the caller that shows its callbacks here."""
        (url,) = re.findall(r"# its webhook\.url: (\S+)$", self.shown(), re.MULTILINE)
        return str(url)

    def statuses_of(self, message_id: str) -> list[int]:
        """Return the statuses that the caller has heard of an id, repeats left out."""
        lines: list[str] = re.findall(r"^callback: (.*)$", self.shown(), re.MULTILINE)
        heard: list[dict[str, Any]] = [json.loads(line) for line in dict.fromkeys(lines)]
        return [one["status"] for one in heard if one["id"] == message_id]
