"""Folders of the product: few enough files in each that a reader sees them at once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from kit.paths import ROOT

MOST = 12
PRODUCT = ("plugins", "roles", "runner", "extensions/eda")
# Ansible finds plugins in no folder below these; each has a page of its own beside it.
FLAT = {Path("plugins") / kind for kind in ("filter", "lookup", "modules", "test")}
SHOWN = {".py", ".yml", ".j2", ".json"}


def files():
    """The files of the product, but for those that only make a folder a package."""
    for part in PRODUCT:
        for path in (ROOT / part).rglob("*"):
            if path.suffix in SHOWN and path.name != "__init__.py":
                yield path.relative_to(ROOT)


def test_no_folder_of_the_product_has_more_than_a_dozen_files():
    counts = Counter(path.parent for path in files() if path.parent not in FLAT)

    assert len(counts) > 30
    assert {str(folder): count for folder, count in counts.items() if count > MOST} == {}
