"""A plugin of pytest for mutants: fewer examples of Hypothesis, as each mutant runs them again."""

from __future__ import annotations

from hypothesis import settings

EXAMPLES = 20
PROFILE = "mutants"


def pytest_configure() -> None:
    """Take the place of the profile that the tests' own conftest.py has loaded by now."""
    settings.register_profile(PROFILE, settings.get_profile("default"), max_examples=EXAMPLES)
    settings.load_profile(PROFILE)
