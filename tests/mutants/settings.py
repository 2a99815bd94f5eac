"""The settings of mutmut: the modules that it mutates, and the tests that it runs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

COLLECTION = Path("ansible_collections/sqs_k8s/jobs")
LIBRARY = Path("plugins/module_utils")
# What talks to other machines, or finds out what this machine has: its tests need both.
OUTSIDE = (
    "common/pyyaml.py",
    "common/quiet_module.py",
    "webhooks/http/answers.py",
    "webhooks/http/checked.py",
    "webhooks/http/connections.py",
    "webhooks/delivery.py",
    "webhooks/http/errors.py",
    "webhooks/http/incoming.py",
    "webhooks/http/urllib3_compat.py",
    "webhooks/http/routes.py",
)
# Tests of these, and tests that take long.
NOT_RUN = (
    "test_answers.py",
    "test_connections.py",
    "test_delivery.py",
    "test_delivery_order.py",
    "test_docs.py",
    "test_misbehaving_servers.py",
    "test_missing_libraries.py",
    "test_protocol.py",
    "test_proxies.py",
    "test_template_text.py",
    "test_tls.py",
    "test_predicates.py",
    "test_webhook_module.py",
)
# A file of tests concerns the library if it has one of these in it.
MARKS = ("module_utils", "kit.builders.rendering")
TEMPLATE = """[mutmut]
source_paths = {library}
do_not_mutate =
    {outside}
pytest_add_cli_args =
    -pmutants.examples
    -W
    ignore
pytest_add_cli_args_test_selection =
    {tests}
timeout_constant = 1.0
timeout_multiplier = 10.0
track_dependencies = false
use_git_change_detection = false
"""


def configuration(copy: Path) -> str:
    """Return mutmut's configuration for a copy of the checkout."""
    library = COLLECTION / LIBRARY
    return TEMPLATE.format(
        library=library,
        outside=_lines(library / name for name in OUTSIDE),
        tests=_lines(tests(copy)),
    )


def tests(copy: Path) -> list[Path]:
    """Return the files of unit tests that concern the library, except those that are not run."""
    files = sorted((copy / "tests" / "unit").rglob("test_*.py"))
    return [
        file.relative_to(copy)
        for file in files
        if file.name not in NOT_RUN and any(mark in file.read_text("utf-8") for mark in MARKS)
    ]


def _lines(paths: Iterable[Path]) -> str:
    return "\n    ".join(map(str, paths))
