"""What SECURITY.md says has the tests that it names."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_each_test_that_security_md_names_is_there():
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "SECURITY.md").read_text("utf-8")))
    texts = [one.read_text("utf-8") for one in sorted((ROOT / "tests" / "unit").rglob("test_*.py"))]

    assert named
    assert named <= set(re.findall(r"^def (test_\w+)\(", "\n".join(texts), re.MULTILINE))
