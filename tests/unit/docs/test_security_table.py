"""Existence of the tests that SECURITY.md names."""

import re

from kit.paths import ROOT, TESTS


def test_each_test_that_security_md_names_is_there():
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "SECURITY.md").read_text("utf-8")))
    texts = [one.read_text("utf-8") for one in sorted((TESTS / "unit").rglob("test_*.py"))]

    assert named
    assert named <= set(re.findall(r"^def (test_\w+)\(", "\n".join(texts), re.MULTILINE))
