"""What tests of the built collection share."""

from __future__ import annotations

import pytest
from kit.processes import built


@pytest.fixture(scope="session")
def tarball(tmp_path_factory):
    """The tarball that Galaxy would get."""
    return built.tarball(tmp_path_factory.mktemp("build"))


@pytest.fixture
def collection(tarball, tmp_path):
    """The folder in which it is installed, where ansible-test wants to find it."""
    return built.installed(tarball, tmp_path)
