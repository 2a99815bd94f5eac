"""The informer, against a real API server: what changed is soon in the workqueue."""

from __future__ import annotations

import hashlib
import threading

import pytest
from kit.models.recorders import RecordedRejector
from kit.wait import PATIENCE
from sqs_k8s_jobs.cluster import api
from sqs_k8s_jobs.cluster.object_store import ObjectStore
from sqs_k8s_jobs.errors import OperatorError
from sqs_k8s_jobs.observability.health import Health
from sqs_k8s_jobs.settings import Settings
from sqs_k8s_jobs.watch.informer import Informer
from sqs_k8s_jobs.workqueue.endpoints import FAST, Endpoints
from sqs_k8s_jobs.workqueue.workqueue import WorkQueue

NOWHERE = """
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
users: [{name: u, user: {token: t}}]
contexts: [{name: gone, context: {cluster: c, user: u}}]
"""
JOB = """
apiVersion: batch/v1
kind: Job
metadata: {{name: watched, namespace: {namespace}, labels: {{sqs-k8s.jobs/id: {digest}}}}}
spec:
  suspend: true
  template:
    spec: {{restartPolicy: Never, containers: [{{name: job, image: busybox}}]}}
"""


@pytest.fixture
def settings(cluster):
    return Settings(kubeconfig=str(cluster.kubeconfig), context=cluster.context, resync_interval=5)


@pytest.fixture
def watched(settings):
    """The workqueue of a running informer."""
    workqueue, stopping = WorkQueue(), threading.Event()
    informer = informer_of(settings, workqueue)
    thread = threading.Thread(target=informer.watch_jobs, args=(stopping,))
    thread.start()
    yield workqueue
    stopping.set()
    workqueue.shut_down()
    thread.join()


def test_a_new_job_is_wanted(watched, cluster, namespace):
    digest = hashlib.sha256(namespace.encode()).hexdigest()[:32]
    cluster.kubectl("create", "-f", "-", stdin=JOB.format(namespace=namespace, digest=digest))

    assert _next_is(watched, digest)


def test_a_job_that_nobody_saw_come_is_wanted_after_a_resync(settings, cluster, namespace):
    digest = hashlib.sha256(namespace.encode()).hexdigest()[:32]
    cluster.kubectl("create", "-f", "-", stdin=JOB.format(namespace=namespace, digest=digest))
    workqueue, stopping = WorkQueue(), threading.Event()
    informer = informer_of(settings, workqueue)
    thread = threading.Thread(target=informer.watch_jobs, args=(stopping,))
    thread.start()
    try:
        assert _next_is(workqueue, digest)
        assert _next_is(workqueue, digest)  # taken once, it is still due, and the next list says so
    finally:
        stopping.set()
        thread.join()


def test_a_cluster_that_is_not_there_is_named(tmp_path):
    nowhere = tmp_path / "kubeconfig"
    nowhere.write_text(NOWHERE)
    with pytest.raises(OperatorError, match=r"context gone.* cannot be used"):
        api.connect(Settings(kubeconfig=str(nowhere), context="gone"))


def test_a_context_that_is_not_there_is_named(settings):
    with pytest.raises(OperatorError, match=r"context elsewhere.* cannot be used"):
        api.connect(Settings(kubeconfig=settings.kubeconfig, context="elsewhere"))


def informer_of(settings, workqueue):
    client = api.connect(settings)
    return Informer(
        client,
        workqueue,
        Endpoints(),
        RecordedRejector(),
        ObjectStore(),
        ObjectStore(),
        Health(),
        settings,
    )


def _next_is(workqueue: WorkQueue, digest: str) -> bool:
    """Take until the digest comes; other tests' Jobs may come too."""
    patience = threading.Timer(PATIENCE, workqueue.shut_down)
    patience.start()
    try:
        while taken := workqueue.get_batch(1, FAST):
            workqueue.done(taken)
            if taken == [digest]:
                return True
        return False
    finally:
        patience.cancel()
