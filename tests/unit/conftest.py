"""Fixtures of unit tests, and this checkout's collection, found as Ansible finds it."""

import pytest
from ansible.plugins.loader import init_plugin_loader
from kit.logs import Log, started
from kit.models.clock import Clock
from kit.paths import ROOT, TESTS
from kit.servers.endpoint import Endpoint
from kit.servers.tls import Authority
from sqs_k8s_jobs.observability.health import Health

# Before any test imports ansible_collections: Ansible's finder wants to be the first to.
init_plugin_loader([str(ROOT / "collections")])


@pytest.fixture(scope="session")
def golden():
    """The folder with the specification's own message and callbacks."""
    return TESTS / "data" / "golden"


@pytest.fixture
def logged():
    """The runner's log."""
    with started("json") as handler:
        yield Log(handler)


@pytest.fixture
def endpoint():
    """A server on loopback that keeps what it hears."""
    with Endpoint() as started:
        yield started


@pytest.fixture
def deaf():
    """A server on loopback that takes requests and never answers one."""
    with Endpoint() as started:
        started.answer = lambda _handler: started.released.wait() and None
        yield started


@pytest.fixture
def authority(tmp_path):
    """A certificate authority for servers on loopback."""
    return Authority(tmp_path)


@pytest.fixture
def old(tmp_path):
    """An authority of some years ago, without key identifiers."""
    return Authority(tmp_path / "old", strict=False)


@pytest.fixture
def clock():
    """A clock that the test moves."""
    return Clock()


@pytest.fixture
def health():
    """A runner's health: it is ready so far."""
    return Health()
