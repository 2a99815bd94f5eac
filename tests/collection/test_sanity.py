"""Galaxy's own tests accept the built collection, with the ansible-core of this environment."""

from kit.processes import ansible_test
from versions import listed

# What an exception may be made for: Galaxy asks for the GPL, and YAML has files of many documents.
EXCEPTIONS = {"validate-modules:missing-gplv3-license", "yamllint!skip"}


def test_the_built_collection_is_sane(collection):
    done = ansible_test.run(collection, "sanity", "--color", "no")

    assert done.returncode == 0, done.stdout
    assert 'Running sanity test "validate-modules"' in done.stdout
    assert 'Running sanity test "import"' in done.stdout


def test_no_other_exception_is_made_than_those_that_are_known(collection):
    listed_cores = listed.load().cores
    files = sorted((collection / "tests" / "sanity").iterdir())

    assert [path.name for path in files] == [f"ignore-{one.version}.txt" for one in listed_cores]
    for path in files:
        for line in path.read_text("utf-8").splitlines():
            rule, _, reason = line.partition(" # ")
            assert rule.split(" ")[1] in EXCEPTIONS, line
            assert reason, line
