"""Common fixtures: a real cluster, SQS's API served by moto, and a caller that listens."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chaos.disks import Disk
from cluster import Cluster
from cluster.process import Undo
from hypothesis import settings
from kit import durations
from kit.builders import messages
from kit.builders.objects import digest_of
from kit.builders.variables import OWN
from kit.cluster.jobs import Jobs
from kit.paths import TESTS
from kit.processes import ansible_core, playbooks
from kit.processes.metrics_client import MetricsClient
from kit.processes.runner import Runner
from kit.servers.sqs import QueuePair, Queues
from sqs_k8s_jobs.fork_server.supervisor import ForkServers
from sqs_k8s_jobs.testing.callback_receiver import CallbackReceiver
from versions import listed

Playbook = Callable[..., subprocess.CompletedProcess[str]]

GOLDEN = TESTS / "data" / "golden"

settings.register_profile("default", deadline=None, derandomize=True)
settings.load_profile("default")


def pytest_configure(config: pytest.Config) -> None:
    """Say at the end how long each part took: not in a worker of several."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(durations.Parts())


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A control plane, one real node where the machine allows it, and two fake nodes."""
    with Cluster(fake_nodes=2, demo=True) as started:
        yield started


@pytest.fixture
def real_node(cluster: Cluster) -> None:
    """Containers that are real."""
    if not cluster.real_node:
        pytest.skip(f"needs a real node: {cluster.why_no_real_node}")


@pytest.fixture(scope="session")
def queues() -> Iterator[Queues]:
    """SQS's API on a local port."""
    with Queues() as started:
        yield started


@pytest.fixture
def receiver() -> Iterator[CallbackReceiver]:
    """A caller that keeps every callback it hears."""
    with CallbackReceiver() as started:
        yield started


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk that can be filled; only root can mount one."""
    disk, undo = Disk(tmp_path / "disk"), Undo()
    disk.mount(undo)
    if not disk.is_small:
        undo.everything()
        pytest.skip("only root can mount a file system")
    yield disk
    disk.unmount()
    undo.everything()


@pytest.fixture
def namespace(cluster: Cluster, request: pytest.FixtureRequest) -> str:
    """A namespace of the test's own."""
    words = request.node.name.lower().removeprefix("test_").translate(str.maketrans("_[]", "---"))
    digest = hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:8]
    name = f"{words[:40].strip('-')}-{digest}"
    cluster.kubectl("create", "namespace", name)
    return name


@pytest.fixture
def jobs(cluster: Cluster, namespace: str) -> Jobs:
    """The Jobs of the test's own namespace."""
    return Jobs(cluster, namespace)


@pytest.fixture
def elsewhere(cluster: Cluster, namespace: str) -> Jobs:
    """The Jobs of another namespace of the test's own."""
    name = f"{namespace[:50]}-elsewhere"
    cluster.kubectl("create", "namespace", name)
    return Jobs(cluster, name)


@pytest.fixture
def message(namespace: str, receiver: CallbackReceiver) -> Callable[..., dict[str, Any]]:
    """A valid message for a fake node of this test's namespace, changed as wanted."""

    def make(message_id: str, **job: Any) -> dict[str, Any]:
        return messages.valid(message_id, namespace, receiver.url, **job)

    return make


class Cold:
    """In the place of fork servers where there are none: this ansible-core is no runner's."""

    def executables(self) -> None:
        return None


@pytest.fixture(scope="session")
def fork_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkServers | Cold]:
    """Fork servers as a runner has them."""
    if not listed.load().core(ansible_core.VERSION).runner:
        yield Cold()
        return
    started = ForkServers(str(tmp_path_factory.mktemp("fork")))
    yield started
    started.stop()


@pytest.fixture
def playbook(cluster: Cluster, fork_servers: ForkServers | Cold) -> Playbook:
    """Run ansible-playbook in the checkout, against the test's cluster.

    It runs in fork servers, which changes nothing but the time, unless it is to run `cold`, as a
    person would start it, or this ansible-core is for the collection alone. It has to go well, or
    with `fails` to fail; with None it may do either.
    """

    def run(
        name: str,
        *flags: str,
        cold: bool = False,
        fails: bool | None = False,
        **variables: Any,
    ) -> subprocess.CompletedProcess[str]:
        executables = None if cold else fork_servers.executables()
        if executables:
            variables = {"ansible_python_interpreter": executables.python, **variables}
        program = executables.playbook if executables else None
        home = variables.get("submit_record_namespace")
        allowed = [*OWN["submit_policy_namespaces"], *([home] if home else [])]
        given = {**OWN, "submit_policy_namespaces": allowed, **variables}
        done = playbooks.run(cluster, name, given, flags, program)
        assert fails in (None, done.returncode != 0), done.stdout + done.stderr
        return done

    return run


@pytest.fixture
def report(playbook: Playbook) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run playbooks/report.yml for the ids of these messages."""

    def run(*ids: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        return playbook("report.yml", report_digests=[*map(digest_of, ids)], **variables)

    return run


@pytest.fixture
def runner(cluster: Cluster, queues: Queues, tmp_path: Path) -> Iterator[Runner]:
    """The command sqs-k8s-jobs, set up for a queue of the test's own; stopped at the end."""
    started = Runner(cluster, queues.new(), tmp_path)
    yield started
    started.stop()


@pytest.fixture
def scraped(runner: Runner) -> MetricsClient:
    """The pages of a runner at work."""
    pages = MetricsClient()
    runner.start(SQS_K8S_JOBS_METRICS_BIND_ADDRESS=pages.address)
    return pages


@pytest.fixture
def other(queues: Queues) -> QueuePair:
    """A second queue, with a dead-letter queue of its own."""
    return queues.new()
