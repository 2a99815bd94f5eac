"""The demo that stays up, for messages that a person sends."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import NoReturn

from sqs_k8s_jobs.demo import environment
from sqs_k8s_jobs.demo.cluster.cluster import DemoCluster
from sqs_k8s_jobs.demo.runner import DemoRunner
from sqs_k8s_jobs.testing.callback_receiver import CallbackReceiver

CHECK = 2.0  # seconds between two looks whether the demo may go on


def serve(
    cluster: DemoCluster,
    receiver: CallbackReceiver,
    queue_url: str,
    runner: DemoRunner,
    folder: Path,
) -> NoReturn:
    """Say how to send a message, then print callbacks; Ctrl-C ends it."""
    print("\nIt stays up until Ctrl-C. To send a message by hand, in another terminal:")
    for name in environment.SET:
        print(f"  export {name}={os.environ[name]}")
    print(f"  export SQS_K8S_JOBS_QUEUE_URL={queue_url}")
    file = cluster.settings.kubeconfig or os.environ.get("KUBECONFIG", "")
    print(f"  export KUBECONFIG={file}")
    print(f"  {Path(sys.argv[0]).resolve()} send FILE    # its webhook.url: {receiver.url}")
    print(f"messages to start from: {_messages(cluster, receiver, folder)}")
    print(f"the runner's log: {runner.log}", flush=True)
    known = len(receiver.callbacks())
    while True:
        for one in receiver.wait(known, CHECK)[known:]:
            known += 1
            print(f"callback: {json.dumps(one.body)}", flush=True)
        cluster.check()


def _messages(cluster: DemoCluster, receiver: CallbackReceiver, folder: Path) -> Path:
    """Write the messages as they were sent, with ids that are free."""
    messages = folder / "messages"
    messages.mkdir()
    for case in cluster.cases:
        message = cluster.message(case, receiver.url)
        message["id"] = f"{message['id']}-again"
        (messages / f"{case.name}.json").write_text(json.dumps(message, indent=2), "utf-8")
    return messages
