"""reports-of-others.md: each report has its test, and each test that it names is there."""

import re

from kit.paths import DOCS, TESTS

PAGE = DOCS / "explanation" / "reports-of-others.md"
NAMED = re.compile(r"`((?:unit|integration|e2e)/[\w/]+\.py)(?:::(\w+))?`")
ROW = re.compile(r"(?m)^\| \[.*$")


def rows():
    return ROW.findall(PAGE.read_text("utf-8"))


def test_each_report_names_what_happens_here_and_the_test_that_shows_it():
    assert len(rows()) >= 22
    for row in rows():
        report, there, here, test = (cell.strip() for cell in row.strip("| ").split(" | "))
        assert "https://github.com/" in report
        assert there
        assert here.startswith(("fixed", "holds")), row
        assert NAMED.search(test), row


def test_each_test_that_is_named_is_there():
    for path, name in NAMED.findall(PAGE.read_text("utf-8")):
        text = (TESTS / path).read_text("utf-8")
        assert not name or f"def {name}(" in text, f"{path}::{name}"
