"""The command sqs-k8s-jobs: run, send and demo."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from sqs_k8s_jobs import settings
from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.observability import log
from sqs_k8s_jobs.queue.call_limits import CALL_BYTES, size_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 2 where the operator has to set something right first."""
    parsed = _parser().parse_args(arguments)
    try:
        return int(parsed.command(parsed))
    except OperatorError as exc:
        print(f"sqs-k8s-jobs: {exc}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sqs-k8s-jobs", description="Turns the messages of SQS queues into Kubernetes Jobs."
    )
    version = f"%(prog)s {metadata.version('sqs-k8s-jobs')}"
    parser.add_argument("--version", action="version", version=version)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="take messages from the queue until told to stop")
    settings.add_arguments(run)
    run.set_defaults(command=_run)

    send = commands.add_parser("send", help="put messages on a queue, one per file")
    send.add_argument(
        "files", nargs="+", metavar="FILE", help="a message's body; - for standard input"
    )
    settings.add_arguments(send)
    send.set_defaults(command=_send)

    demo = commands.add_parser("demo", help="see every status on a cluster that you name")
    demo.add_argument("--keep", action="store_true", help="leave it up until Ctrl-C")
    demo.add_argument("--kubeconfig", metavar="FILE", help="kubeconfig file")
    demo.add_argument("--context", metavar="NAME", help="context of the cluster; never guessed")
    demo.add_argument(
        "--namespace",
        metavar="NAME",
        help="use this namespace (default: create one, and remove it)",
    )
    demo.add_argument(
        "--allow-nonstrict-certificates",
        action="store_const",
        const="true",
        help="as the setting of that name: allow what the API server's certificates lack",
    )
    # The cluster is `make demo`'s own: it has the nodes and the claim that the messages name.
    demo.add_argument("--prepared", action="store_true", help=argparse.SUPPRESS)
    demo.set_defaults(command=_demo)
    return parser


def _run(parsed: argparse.Namespace) -> int:
    chosen = settings.load(parsed)
    log.start(chosen.log_format)
    settings.check(chosen)

    # Imports take a second; send and --help need none of them.
    from sqs_k8s_jobs.application import Application
    from sqs_k8s_jobs.supervisor import Supervisor

    return Supervisor(Application(chosen)).run()


def _send(parsed: argparse.Namespace) -> int:
    from sqs_k8s_jobs.queue import sqs

    url = _only_queue(settings.load(parsed))
    bodies = [_read(name) for name in parsed.files]
    try:
        count = sqs.open_queue(url).send(bodies)
    except sqs.FAULTS as exc:
        raise OperatorError(f"cannot send to {url}: {exc}") from exc
    print(f"sent {count} message{'s' if count != 1 else ''} to {url}")
    return 0


def _only_queue(chosen: settings.Settings) -> str:
    urls = list(chosen.weights)
    if not urls:
        raise OperatorError(
            "queue_url is not set: name the queue with --queue-url or SQS_K8S_JOBS_QUEUE_URL"
        )
    if len(urls) > 1:
        raise OperatorError(
            f"queue_url names {len(urls)} queues: name the one to send to with --queue-url"
        )
    return urls[0]


def _demo(parsed: argparse.Namespace) -> int:
    from sqs_k8s_jobs.demo import command

    return command.main(parsed)


def _read(name: str) -> str:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
    except (OSError, ValueError) as exc:
        raise OperatorError(f"cannot read the message {name}: {exc}") from exc
    if size_of(text) > CALL_BYTES:
        raise OperatorError(
            f"the message {name} has {size_of(text):,} bytes, more than the {CALL_BYTES:,} that"
            " SQS takes; nothing was sent"
        )
    return text
