"""The command `sqs-k8s-jobs demo`: send, watch who hears what, compare, leave nothing behind."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqs_k8s_jobs import settings, sqs
from sqs_k8s_jobs.demo.cases import CASES
from sqs_k8s_jobs.demo.local_sqs import LocalSqs
from sqs_k8s_jobs.demo.pods import Pods
from sqs_k8s_jobs.demo.progress import Progress, hear
from sqs_k8s_jobs.demo.receiver import Receiver
from sqs_k8s_jobs.errors import OperatorError

PATIENCE = 180.0  # seconds after which what is missing will not come any more
REFRESH = 0.5  # seconds between two looks
STOP_SECONDS = 60  # for the runner to finish what it began
VARIABLES = {"report_webhook_allow": ["127.0.0.0/8"]}  # the demo's caller is on this machine


class Stopped(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


def main(parsed: argparse.Namespace) -> int:
    """Run the demo; 0 where every caller heard what was expected."""
    chosen = settings.Settings(
        kubeconfig=parsed.kubeconfig or os.environ.get("KUBECONFIG", ""),
        context=parsed.context or os.environ.get("SQS_K8S_JOBS_CONTEXT", ""),
    )
    if not chosen.context:
        raise OperatorError(
            "no cluster is named: `make demo` starts one; for one of yours, give --context"
            " (and --kubeconfig)"
        )
    pods = Pods(chosen)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    with Receiver() as receiver, LocalSqs() as local, _folder() as folder:
        queue_url, _ = local.new_queue()
        os.environ.update(local.environment, SQS_K8S_JOBS_QUEUE_URL=queue_url)
        with _runner(chosen, folder):
            return _play(receiver, queue_url, pods, parsed.keep, folder)


def _play(receiver: Receiver, queue_url: str, pods: Pods, keep: bool, folder: Path) -> int:
    progress: list[Progress] = []
    try:
        progress = _send(receiver, queue_url)
        agrees = _watch(receiver, progress, pods, folder)
        if keep:
            _keep(receiver, folder)
    except Stopped:
        return 0 if keep else 130
    else:
        return 0 if agrees else 1
    finally:
        pods.remove(progress)


def _send(receiver: Receiver, queue_url: str) -> list[Progress]:
    print(f"SQS at {os.environ['AWS_ENDPOINT_URL']}, callbacks to {receiver.url}")
    why_not = os.environ.get("CLUSTER_WHY_NO_REAL_NODE")
    if why_not:
        print(f"the node k8s-node-1 is a fake one, so no container really runs: {why_not}")
    progress = [Progress(case, case.message(receiver.url), time.monotonic()) for case in CASES]
    sqs.open_queue(queue_url).send([json.dumps(one.message) for one in progress])
    print(f"sent {len(progress)} messages")
    return progress


def _watch(receiver: Receiver, progress: list[Progress], pods: Pods, folder: Path) -> bool:
    from sqs_k8s_jobs.demo.table import Show

    deadline, known, printed = time.monotonic() + PATIENCE, 0, ""
    with Show(progress) as show:
        while not all(one.ended for one in progress) and time.monotonic() < deadline:
            callbacks = receiver.wait(known, REFRESH)
            known = len(callbacks)
            hear(progress, callbacks)
            show.update()
    show.summary()
    agrees = all(one.agrees for one in progress)
    if os.environ.get("CLUSTER_REAL_NODE") == "1":
        printed = pods.log(progress[0]).strip()
        print(f"the container of {progress[0].job_name} printed: {printed}")
        agrees = agrees and "Hello World" in printed
    print("every caller heard what was expected" if agrees else _complaint(folder))
    return agrees


def _complaint(folder: Path) -> str:
    lines = (folder / "runner.log").read_text("utf-8").splitlines()[-20:]
    return "\n".join(["NOT what was expected; the end of the runner's log:", *lines])


def _keep(receiver: Receiver, folder: Path) -> None:
    names = (*(name for name in os.environ if name.startswith("AWS_")), "SQS_K8S_JOBS_QUEUE_URL")
    print("\nIt stays up until Ctrl-C. To send a message by hand, in another terminal:")
    for name in names:
        print(f"  export {name}={os.environ[name]}")
    print(f"  export KUBECONFIG={os.environ.get('KUBECONFIG', '')}")
    print(f"  {Path(sys.argv[0]).resolve()} send FILE    # its webhook.url: {receiver.url}")
    print(f"messages to start from: {CASES[0].file.parent}")
    print(f"the runner's log: {folder / 'runner.log'}", flush=True)
    known = len(receiver.callbacks())
    while True:
        for one in receiver.wait(known, REFRESH)[known:]:
            known += 1
            print(f"callback: {json.dumps(one.body)}", flush=True)


@contextlib.contextmanager
def _runner(chosen: settings.Settings, folder: Path) -> Iterator[None]:
    """The very command that its users start, for as long as the block lasts."""
    variables = folder / "variables.json"
    variables.write_text(json.dumps(VARIABLES), "utf-8")
    environment = {
        **os.environ,
        "SQS_K8S_JOBS_CONTEXT": chosen.context,
        "SQS_K8S_JOBS_VARIABLES_FILE": str(variables),
    }
    if chosen.kubeconfig:
        environment["SQS_K8S_JOBS_KUBECONFIG"] = chosen.kubeconfig
    with (folder / "runner.log").open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "sqs_k8s_jobs", "run"],
            env=environment,
            stderr=stream,
            start_new_session=True,
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sqs-k8s-jobs-demo-") as name:
        yield Path(name)


def _stop(number: int, _frame: Any) -> None:
    raise Stopped(signal.Signals(number).name)
