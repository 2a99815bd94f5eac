"""The tests that a stack runs, and the cell of the table that each belongs to."""

from __future__ import annotations

from .listed import BRIEF, WHOLE, Core, Stack

ALL = (
    "tests/chaos",
    "tests/e2e",
    "tests/integration",
    "tests/collection",
    "tests/unit",
    "tests/fuzz",
)
OF_THE_COLLECTION = (
    "tests/collection",
    "tests/integration/submit/test_hostile.py",
    "tests/integration/submit/test_golden.py",
    "tests/integration/submit/test_message_playbook.py",
    "tests/integration/eda/test_event_playbook.py",
    "tests/integration/playbooks/test_check_mode.py",
    "tests/integration/awx/test_awx.py::test_a_hostile_message_is_data_whether_awx_has_marked_it_or_not",
    "tests/unit/docs/test_plugin_docs.py",
)
OF_THE_RUNNER = (
    *OF_THE_COLLECTION,
    "tests/e2e/test_demo.py",
    "tests/unit/runner/fork_server/test_fork_servers.py",
)
# What holds only where nothing is pinned otherwise than in requirements.txt.
AS_PINNED = (
    "tests/unit/tests/test_execution_environment.py"
    "::test_the_image_has_the_versions_that_the_tests_run_with"
)
MARKS = {WHOLE: "not verify", BRIEF: "verify or not verify"}
# By what a test's module begins with, the first that fits.
CELLS = {
    "tests.collection": "Galaxy's",
    "tests.integration.submit.test_hostile": "hostile",
    "tests.integration.submit.test_golden": "golden",
    "tests.integration.submit.test_message_playbook": "message",
    "tests.integration": "integration",
    "tests.e2e.test_demo": "demo",
    "tests.e2e": "e2e",
    "tests.chaos": "chaos",
    "tests": "unit",
}


def paths(stack: Stack, core: Core) -> tuple[str, ...]:
    """Return what pytest is to run."""
    if stack.runs == WHOLE:
        return ALL
    assert stack.runs == BRIEF
    return OF_THE_RUNNER if core.runner else OF_THE_COLLECTION


def cell(module: str) -> str:
    """Return the cell of a test, by the module's name."""
    return next(name for start, name in CELLS.items() if module.startswith(start))
