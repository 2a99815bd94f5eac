"""Galaxy's own tests accept the built collection, with each ansible-core that it is for."""

from __future__ import annotations

import pytest
from support import ansible_test, cores

# What an exception may be made for: Galaxy asks for the GPL, and YAML has files of many documents.
EXCEPTIONS = {"validate-modules:missing-gplv3-license", "yamllint!skip"}


@pytest.mark.parametrize("core", cores.EACH)
def test_the_built_collection_is_sane(core, collection):
    done = ansible_test.run(core, collection, "sanity", "--color", "no")

    assert done.returncode == 0, done.stdout
    assert 'Running sanity test "validate-modules"' in done.stdout
    assert 'Running sanity test "import"' in done.stdout


def test_no_other_exception_is_made_than_those_that_are_known(collection):
    files = sorted((collection / "tests" / "sanity").iterdir())

    assert [path.name for path in files] == [
        f"ignore-{one}.txt" for one in ("2.17", "2.18", "2.19")
    ]
    for path in files:
        for line in path.read_text("utf-8").splitlines():
            rule, _, reason = line.partition(" # ")
            assert rule.split(" ")[1] in EXCEPTIONS, line
            assert reason, line
