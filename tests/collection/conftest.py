"""Fixtures of the built collection's tests."""

import pytest
from kit.processes import collection_build


@pytest.fixture(scope="session")
def tarball(tmp_path_factory):
    """The tarball that Galaxy would get."""
    return collection_build.tarball(tmp_path_factory.mktemp("build"))


@pytest.fixture
def collection(tarball, tmp_path):
    """The folder in which it is installed, where ansible-test wants to find it."""
    return collection_build.installed(tarball, tmp_path)
