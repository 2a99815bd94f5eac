"""Command line: build the programs, or run a command with a cluster around it."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

from . import binaries, packages
from .cluster import Cluster
from .errors import ClusterError
from .progress import say

USAGE = "The command comes after `--`: exec --demo -- COMMAND ARGUMENTS"
FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """A signal that came while there was no command to forward it to."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Command:
    """The command a cluster is started for, and the signals on their way to it."""

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._running: subprocess.Popen[bytes] | None = None
        self._ending = False
        for number in FORWARDED:
            signal.signal(number, self._receive)

    def run(self, environment: dict[str, str]) -> int:
        """Its exit code, as a shell would give it."""
        try:
            self._running = subprocess.Popen(self._words, env=environment)
        except OSError as error:
            raise ClusterError(f"{self._words[0]}: {error.strerror}") from error
        code = self._running.wait()
        return code if code >= 0 else 128 - code

    def let_end(self) -> None:
        """From here on signals come too late to matter: everything is being stopped."""
        self._ending = True

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        if self._ending:
            return
        if self._running is None:
            self._ending = True
            raise Interrupted(number)
        if not (number == signal.SIGINT and in_foreground()):  # a terminal tells both of us
            self._running.send_signal(number)


def in_foreground() -> bool:
    """Tell whether a terminal's Ctrl-C reaches this process and its command."""
    try:
        with open("/dev/tty", "rb") as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False


def environment_of(cluster: Cluster) -> dict[str, str]:
    """Return a command's variables for its cluster."""
    return {
        **os.environ,
        "KUBECONFIG": str(cluster.kubeconfig),
        "SQS_K8S_JOBS_CONTEXT": cluster.context,
        "CLUSTER_REAL_NODE": "1" if cluster.real_node else "0",
        "CLUSTER_WHY_NO_REAL_NODE": cluster.why_no_real_node or "",
        "CLUSTER_NODE_ADDRESS": cluster.node_address or "",
        "CLUSTER_KUBECTL": cluster.kubectl.command[0],
    }


def execute(options: argparse.Namespace, command: Command) -> int:
    """Run a command with a cluster around it."""
    cluster = Cluster(
        real_node=options.real_node,
        fake_nodes=options.fake_nodes,
        demo=options.demo,
        state=options.state,
        audit_log=options.audit_log,
    )
    with cluster:
        try:
            return command.run(environment_of(cluster))
        finally:
            command.let_end()


def build() -> int:
    """Get ready all that a later start would otherwise wait for."""
    binaries.Binaries().ensure([*binaries.CONTROL_PLANE, *binaries.NODE])
    reason = packages.ensure()
    say("everything is built" + (f"; no real node: {reason}" if reason else ""))
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="cluster", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("build", help="build the programs and install the packages")
    run = commands.add_parser("exec", help="run a command with a cluster around it", epilog=USAGE)
    run.add_argument("--demo", action="store_true", help="what the demo's jobs expect")
    run.add_argument("--real-node", metavar="NAME", help="a node with real containers")
    run.add_argument("--fake-nodes", metavar="N", type=int, default=0, help="plain fake nodes")
    run.add_argument("--state", metavar="DIR", type=Path, help="keep logs and data in this folder")
    run.add_argument("--audit-log", metavar="FILE", type=Path, help="the API server's audit log")
    return top


def main(arguments: list[str]) -> int:
    """The exit code."""
    before, words = arguments, []
    if "--" in arguments:
        split = arguments.index("--")
        before, words = arguments[:split], arguments[split + 1 :]
    options = parser().parse_args(before)
    if options.command == "exec" and not words:
        parser().error("exec needs a command after --")
    command = Command(words)
    try:
        return execute(options, command) if options.command == "exec" else build()
    except ClusterError as error:
        say(f"failed: {error}")
        return 1
    except Interrupted as interruption:
        return 128 + interruption.number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
