"""The command `sqs-k8s-jobs demo`: send, watch callbacks, compare, clean up."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from sqs_k8s_jobs import settings
from sqs_k8s_jobs.demo import environment, interactive, signals
from sqs_k8s_jobs.demo.cluster import kubeconfig
from sqs_k8s_jobs.demo.cluster.cluster import DemoCluster
from sqs_k8s_jobs.demo.cluster.prepared_cluster import PreparedCluster
from sqs_k8s_jobs.demo.cluster.shared_cluster import SharedCluster
from sqs_k8s_jobs.demo.progress import Progress, assign
from sqs_k8s_jobs.demo.runner import DemoRunner
from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.queue import sqs
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.testing.callback_receiver import CallbackReceiver
from sqs_k8s_jobs.testing.local_sqs import LocalSqs

PATIENCE = 300.0  # seconds after which what is missing will not come any more
REFRESH = 0.5  # seconds between two looks
ALLOWING = settings.ENVIRONMENT_PREFIX + "ALLOW_NONSTRICT_CERTIFICATES"
CHECK = 2.0  # seconds between two looks whether the demo may go on


def main(parsed: argparse.Namespace) -> int:
    """Run the demo; 0 where every caller heard what was expected."""
    context = parsed.context or os.environ.get("SQS_K8S_JOBS_CONTEXT", "")
    if not context:
        raise OperatorError(
            "no cluster is named: `make demo` starts one; for one of yours, give --context"
            " (and --kubeconfig)"
        )
    environment.bypass_proxies()
    signals.install_handlers()
    try:
        with _folder() as folder:
            cluster = _open_cluster(parsed, context, folder)
            with cluster.prepared():
                return _run(cluster, folder, parsed.keep)
    except signals.Stopped:
        return 0 if parsed.keep else 130


def _open_cluster(parsed: argparse.Namespace, context: str, folder: Path) -> DemoCluster:
    file = parsed.kubeconfig or ""
    if parsed.prepared:
        return PreparedCluster(Settings(kubeconfig=file, context=context))
    file = kubeconfig.for_plugins(file, context, environment.previous_values(), folder)
    chosen = settings_of(parsed, file, context)
    return SharedCluster(chosen, parsed.namespace or "")


def settings_of(
    parsed: argparse.Namespace,
    file: str,
    context: str,
    variables: Mapping[str, str] = os.environ,
) -> Settings:
    """Return how the demo reaches a cluster; of the runner's other settings it has none."""
    own = {name: text for name, text in variables.items() if name == ALLOWING}
    flags = argparse.Namespace(
        config=None, allow_nonstrict_certificates=parsed.allow_nonstrict_certificates
    )
    return replace(settings.load(flags, own), kubeconfig=file, context=context)


def _run(cluster: DemoCluster, folder: Path, keep: bool) -> int:
    """Start everything around the runner, and stop it again."""
    with CallbackReceiver() as receiver, LocalSqs() as local:
        environment.use_local_sqs(local.environment)
        queue_url, _ = local.new_queue()
        print(
            f"starting the runner (about 5 s); SQS at {local.environment[environment.ENDPOINT]},"
            f" callbacks to {receiver.url}"
        )
        with DemoRunner(cluster, queue_url, folder) as runner:
            progress = _send(cluster, receiver, queue_url)
            as_expected = _watch(cluster, receiver, progress, runner)
            if keep:
                interactive.serve(cluster, receiver, queue_url, runner, folder)
            print("stopping the runner, then removing what the demo made", flush=True)
    return 0 if as_expected else 1


def _send(cluster: DemoCluster, receiver: CallbackReceiver, queue_url: str) -> list[Progress]:
    progress = [
        Progress(case, cluster.message(case, receiver.url), time.monotonic())
        for case in cluster.cases
    ]
    sqs.open_queue(queue_url).send([json.dumps(one.message) for one in progress])
    print(
        f"sent {len(progress)} messages; they take about 40 s, as the seed's container sleeps 30 s",
        flush=True,
    )
    return progress


def _watch(
    cluster: DemoCluster, receiver: CallbackReceiver, progress: list[Progress], runner: DemoRunner
) -> bool:
    from sqs_k8s_jobs.demo.view import LiveTable

    known, now = 0, time.monotonic()
    deadline, checked = now + PATIENCE, now
    with LiveTable(progress) as table:
        while not all(one.ended for one in progress) and now < deadline and not runner.has_ended:
            callbacks = receiver.wait(known, REFRESH)
            known = len(callbacks)
            assign(progress, callbacks)
            table.update()
            now = time.monotonic()
            if now - checked > CHECK:
                cluster.check()
                checked = now
    table.summary()
    as_expected = all(one.as_expected for one in progress)
    as_expected = cluster.print_log(progress[0]) and as_expected
    print("every caller heard what was expected" if as_expected else runner.failure_text())
    return as_expected


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sqs-k8s-jobs-demo-") as name:
        yield Path(name)
