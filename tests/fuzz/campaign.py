"""One target's turn: a child process that fuzzes it, watched and bounded from outside."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from kit.paths import ROOT, TESTS

from fuzz import seeds
from fuzz.child import SAYING
from fuzz.turn import Turn

BUILD = ROOT / "build" / "fuzz"
MOST_BYTES = 4096  # of an input
GRACE = 60.0  # seconds that a child may take to start and to end
FOUND = ("crash-", "timeout-", "oom-", "leak-")

_STATE = re.compile(r"#(\d+)\s+(\w+)\s+cov: (\d+) ft: \d+ corp: (\d+)")
_KEPT = re.compile(r"Test unit written to (.+)")
_DONE = re.compile(r"Done (\d+) runs|stat::number_of_executed_units: (\d+)")


def run(
    name: str,
    seconds: int,
    folder: Path,
    heard: Callable[[Turn], None] = lambda _turn: None,
    module: str = "fuzz.targets",
    seed: int = 0,
) -> Turn:
    """Fuzz a target for so long, or until something is found; it is kept in a folder."""
    corpus = _prepared(name, folder)
    turn = Turn(name)
    limits = [f"-max_total_time={seconds}", "-rss_limit_mb=1024", "-timeout=30"]
    command = [
        *(sys.executable, "-m", "fuzz.child", module, name),
        *limits,
        *(f"-max_len={MOST_BYTES}", "-len_control=0", "-print_final_stats=1", f"-seed={seed}"),
        *(f"-artifact_prefix={folder}/", str(corpus)),
    ]
    code = _watched(command, turn, folder / "log", seconds + GRACE, heard)
    if code != 0 and not turn.findings:
        turn.failed = f"the process of {name} ended with {code}; see {folder / 'log'}"
    return turn


def _watched(
    command: list[str], turn: Turn, log: Path, most: float, heard: Callable[[Turn], None]
) -> int:
    """Run a child to its end and listen to it; it ends with this process, and in time."""
    paths = [str(TESTS), os.environ.get("PYTHONPATH", "")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    child = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    timer = threading.Timer(most, child.kill)
    timer.start()
    try:
        with log.open("wb") as kept:
            for line in child.stdout or []:
                kept.write(line)
                _hear(turn, line.decode("utf-8", "replace"))
                heard(turn)
        return child.wait()
    finally:
        timer.cancel()
        _end(child)


def _hear(turn: Turn, line: str) -> None:
    """Take in a line of the child's."""
    turn.seconds = time.monotonic() - turn.began
    state, done, kept = (one.search(line) for one in (_STATE, _DONE, _KEPT))
    if state:
        turn.executions = max(turn.executions, int(state.group(1)))
        turn.coverage, turn.corpus = int(state.group(3)), int(state.group(4))
        if state.group(2) == "INITED":
            turn.covered_at_first = turn.coverage
    elif done:
        turn.executions = int(done.group(1) or done.group(2))
    elif kept and Path(kept.group(1)).name.startswith(FOUND):
        turn.findings.append(Path(kept.group(1)))
    elif line.startswith(SAYING):
        turn.executions = max(turn.executions, int(line.removeprefix(SAYING)))


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(5)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _prepared(name: str, folder: Path) -> Path:
    """Write a target's seeds beside the inputs that were kept, and return where."""
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed, data in seeds.of(name).items():
        if len(data) <= MOST_BYTES:
            (corpus / f"seed-{seed}").write_bytes(data)
    return corpus
