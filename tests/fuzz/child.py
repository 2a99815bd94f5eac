"""The process that fuzzes one target: `python -m fuzz.child MODULE NAME FLAG…`.

It is one of its own because atheris ends the process in which it runs.
"""

from __future__ import annotations

import gc
import importlib
import sys
import time
from collections.abc import Callable
from random import Random
from types import FunctionType

import atheris
from kit.paths import ROOT

from fuzz.mutations import mutated

OURS = "ansible_collections.sqs_k8s.jobs.plugins."
MODULE_UTILS = ROOT / "plugins" / "module_utils"
SAYING = "executions so far: "
PAUSE = 1.0  # seconds between two sayings


def main(arguments: list[str]) -> None:
    """Fuzz until time is over, or until something is found."""
    module, name, *flags = arguments
    target = counted(importlib.import_module(module).TARGETS[name])
    instrument()

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        changed = mutated(name, data, Random(seed), lambda one: _scribbled(one, most))
        return changed if len(changed) <= most else _scribbled(data, most)

    atheris.Setup([sys.argv[0], *flags], target, custom_mutator=mutate)
    atheris.Fuzz()


def counted(target: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """Return a target that says now and then how often it was called."""
    calls, next_word = 0, 0.0

    def called(data: bytes) -> None:
        nonlocal calls, next_word
        calls += 1
        if time.monotonic() > next_word:
            next_word = time.monotonic() + PAUSE
            print(f"{SAYING}{calls}", file=sys.stderr, flush=True)
        target(data)

    return called


def instrument() -> None:
    """Have atheris see the branches of the collection, and of nothing else.

    Ansible imports a collection by a loader of its own, past atheris' import hook.
    """
    for file in MODULE_UTILS.rglob("*.py"):
        parts = file.relative_to(MODULE_UTILS.parent).with_suffix("").parts
        importlib.import_module(OURS + ".".join(parts).removesuffix(".__init__"))
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and (one.__module__ or "").startswith(OURS):
            atheris.instrument_func(one)


def _scribbled(data: bytes, most: int) -> bytes:
    changed: bytes = atheris.Mutate(data, most)
    return changed


if __name__ == "__main__":
    main(sys.argv[1:])
