"""The Python of modules, as a warm server has it: it runs a program from its standard input.

Ansible packs a module and its own libraries into an archive, from which Python would compile
them anew in each process. What was compiled once is kept here.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import types

from sqs_k8s_jobs.nonstrict import sitecustomize
from sqs_k8s_jobs.warm import short_cuts
from sqs_k8s_jobs.warm.kept import Kept

# Beside Python's own and third parties', Ansible's: what the archives hold of it is the same.
LIBRARIES = (
    "ansible.module_utils.basic ansible.module_utils._internal._ansiballz._loader"
    " ansible.module_utils._internal._json._profiles._module_legacy_c2m"
    " ansible.module_utils._internal._json._profiles._module_legacy_m2c"
    " ansible.module_utils.common.dict_transformations ansible.module_utils.urls"
    " argparse bz2 concurrent.futures.thread cryptography.x509 ctypes decimal email.parser"
    " encodings.cp437 encodings.idna getpass gettext glob hmac http.client jsonpatch"
    " kubernetes.client kubernetes.config kubernetes.dynamic kubernetes.dynamic.discovery"
    " kubernetes.stream kubernetes.utils kubernetes.watch logging lzma platform requests"
    " resource runpy ssl stringprep subprocess typing_extensions urllib3.contrib uuid yaml zipfile"
)


def decisive(environment: dict[str, str]) -> dict[str, str]:
    """Return what says where Python finds libraries."""
    return {name: value for name, value in environment.items() if name.startswith("PYTHON")}


def prepare(folder: str) -> None:
    """Import what modules import, as far as it is installed, and keep what they compile."""
    if sitecustomize.is_asked_for(os.environ):  # which came after this Python's start
        sitecustomize.allow_at_import()
    for name in LIBRARIES.split():
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    short_cuts.keep_sources(Kept(folder))
    short_cuts.leave_out_arguments()


def main(arguments: list[str]) -> None:
    """Run the program on standard input."""
    program = types.ModuleType("__main__")
    program.__builtins__ = __builtins__  # type: ignore[attr-defined]
    sys.modules["__main__"] = program
    sys.argv = ["-", *arguments]
    exec(compile(sys.stdin.buffer.read(), "<stdin>", "exec"), program.__dict__)
