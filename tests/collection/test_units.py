"""The plugins' unit tests pass on the built collection, with this ansible-core."""

import shutil

import pytest
from kit.paths import TESTS
from kit.processes import ansible_test

PLUGINS = ("ansible_collections.sqs_k8s", "kit.builders.rendering")
# Of the runner, of this very checkout, of the tests of AWX, or of what ansible-test leaves out.
OTHERS = ("sqs_k8s_jobs", "ROOT", "extensions", "from awx ")
# ansible-test gives a path to nothing but collections. The profile is that of tests/conftest.py.
CONFTEST = """
import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))
settings.register_profile("default", deadline=None, derandomize=True)
settings.load_profile("default")
"""


@pytest.fixture
def with_tests(collection):
    """The collection with the tests of its plugins, and what these share, beside it."""
    for name in ("kit", "data"):
        shutil.copytree(TESTS / name, collection / "tests" / name)
    unit = collection / "tests" / "unit"
    unit.mkdir()
    shutil.copy(TESTS / "unit" / "conftest.py", unit)
    (collection / "tests" / "conftest.py").write_text(CONFTEST, "utf-8")
    for path in sorted((TESTS / "unit").rglob("test_*.py")):
        text = path.read_text("utf-8")
        if any(word in text for word in PLUGINS) and not any(word in text for word in OTHERS):
            there = unit / path.relative_to(TESTS / "unit")
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, there)
    return collection


def test_the_plugins_of_the_built_collection_pass_their_tests(with_tests):
    done = ansible_test.run(with_tests, "units", "--color", "no")

    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
