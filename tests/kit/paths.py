"""Folders of this checkout, or of the built collection where its tests are beside it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
DOCS = ROOT / "docs"
ROLES = ROOT / "roles"
TESTS = ROOT / "tests"
