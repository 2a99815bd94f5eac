"""Command line: make or read a plan, play it, judge it."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from pathlib import Path

from cluster import ClusterError
from kit import command
from kit.paths import BUILD

from . import checker, evidence, fault_kinds, plan, planner, processes, progress, verdict
from .files import Files
from .run import run

MESSAGES = 1000
KILLS = 200
PATIENCE = 480.0  # the Job controller may lose sight of a Job for five minutes


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="chaos", description=__doc__)
    top.add_argument("--seed", type=int, help="which plan to make (default: a random one)")
    top.add_argument("--messages", type=int, default=MESSAGES, help="default: %(default)s")
    top.add_argument("--kills", type=int, default=KILLS, help="default: %(default)s")
    top.add_argument(
        "--without",
        metavar="KIND,…",
        type=left_out,
        default=(),
        help="leave out these kinds of faults, as the plan names them",
    )
    top.add_argument("--plan", metavar="FILE", type=Path, help="play a plan that was kept")
    top.add_argument("--state", metavar="DIR", type=Path, help="keep logs and evidence here")
    top.add_argument("--build", metavar="DIR", type=Path, default=BUILD, help="for the results")
    top.add_argument(
        "--patience",
        metavar="SECONDS",
        type=float,
        default=PATIENCE,
        help="for how long nothing may move after the last fault (default: %(default)g)",
    )
    return top


def left_out(text: str) -> tuple[str, ...]:
    """Return the kinds of faults that a text names."""
    found = tuple(word.strip() for word in text.split(","))
    unknown = set(found) - set(fault_kinds.ALL)
    if unknown:
        raise argparse.ArgumentTypeError(
            f"no faults: {sorted(unknown)}; there are {fault_kinds.ALL}"
        )
    return found


def chosen_plan(options: argparse.Namespace) -> plan.Plan:
    """Return the plan that was named, or that of the seed, without what is to be left out."""
    if options.plan:
        return plan.Plan.read(options.plan).without(options.without)
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    return planner.make(seed, options.messages, options.kills).without(options.without)


def play_and_judge(what: plan.Plan, files: Files, options: argparse.Namespace) -> bool:
    """Play it; tell whether all promises held."""
    faults = run(what, files, options.patience)
    known = evidence.read(files.folder)
    violations = checker.check(known)
    values = verdict.result(what.seed, faults.outcomes, faults.kills, known, violations)
    values["seconds"] = round(progress.elapsed(), 1)
    verdict.write(options.build / "chaos.json", values)
    print()
    print("\n".join(verdict.fault_table(faults.outcomes)), end="\n\n")
    print("\n".join(verdict.violation_table(violations)), end="\n\n")
    progress.say(
        f"{values['messages']} messages, {values['jobs']} Jobs, {values['callbacks']} callbacks,"
        f" {faults.kills} kills; SQS moved {values['moved']} messages away"
    )
    return not violations


def main(arguments: list[str]) -> int:
    """The exit code."""
    options = parser().parse_args(arguments)
    command.end_on_sigterm()
    processes.adopt_orphans()
    what = chosen_plan(options)
    what.write(options.build / "chaos-plan.json")
    print("\n".join(what.lines()), flush=True)
    folder = (options.state or Path(tempfile.mkdtemp(prefix="chaos-"))).absolute()
    try:
        holds = play_and_judge(what, Files(folder), options)
    except (ClusterError, RuntimeError, OSError) as error:
        progress.say(f"the run itself failed: {error}; see {folder}")
        return command.FAILED
    progress.say(
        f"seed {what.seed}: {'every promise holds' if holds else 'promises were broken'};"
        f" the result is in {options.build / 'chaos.json'}"
    )
    if holds and not options.state:
        shutil.rmtree(folder, ignore_errors=True)
    elif not options.state:
        progress.say(f"the evidence is in {folder}")
    return command.HOLDS if holds else command.BROKEN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
