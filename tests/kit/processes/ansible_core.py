"""The ansible-core of the environment in which the tests run, and its programs."""

from __future__ import annotations

import sys
from pathlib import Path

from ansible.release import __version__

VERSION = ".".join(__version__.split(".")[:2])


def program(name: str = "ansible-playbook") -> str:
    """Return a program's path."""
    return str(Path(sys.executable).parent / name)
