"""The Python of modules, as a fork server has it: it runs a program from its standard input.

Ansible packs a module and its own libraries into an archive, from which Python would compile
them anew in each process. What was compiled once is kept here.
"""

from __future__ import annotations

import sys
import types

from sqs_k8s_jobs.fork_server.ansible_patches import modules

PATCHES = (
    modules.IMPORTED_LIBRARIES,
    modules.COMPILED_SOURCES,
    modules.LEFT_OUT_ARGUMENTS,
)


def import_environment(environment: dict[str, str]) -> dict[str, str]:
    """Return the settings that decide where Python finds libraries."""
    return {name: value for name, value in environment.items() if name.startswith("PYTHON")}


def main(arguments: list[str]) -> None:
    """Run the program on standard input."""
    program = types.ModuleType("__main__")
    program.__builtins__ = __builtins__  # type: ignore[attr-defined]
    sys.modules["__main__"] = program
    sys.argv = ["-", *arguments]
    exec(compile(sys.stdin.buffer.read(), "<stdin>", "exec"), program.__dict__)
