"""Imports, compilation and returned arguments of Ansible's modules."""

from __future__ import annotations

import contextlib
import importlib
import os
from types import CodeType
from typing import Any

from sqs_k8s_jobs.fork_server.ansible_patches.patch import PYTHON, NotNeeded, Patch
from sqs_k8s_jobs.fork_server.ansible_patches.requirement import Mismatch, Requirement
from sqs_k8s_jobs.fork_server.cache import DiskCache
from sqs_k8s_jobs.nonstrict import sitecustomize

BASIC = "ansible.module_utils.basic"
PARAMETERS = "ansible.module_utils.common.parameters"
# Ansible's libraries in each module's archive, the same in every archive.
OF_ANSIBLE = (
    f"{BASIC} ansible.module_utils._internal._ansiballz._loader"
    " ansible.module_utils._internal._json._profiles._module_legacy_c2m"
    " ansible.module_utils._internal._json._profiles._module_legacy_m2c"
    " ansible.module_utils.ansible_release"
    " ansible.module_utils.common.dict_transformations ansible.module_utils.urls"
)
# Other imports of modules: Python's own, and others' as far as they are installed.
OF_OTHERS = (
    "argparse bz2 concurrent.futures.thread cryptography.x509 ctypes decimal email.parser"
    " encodings.cp437 encodings.idna getpass gettext glob hmac http.client jsonpatch"
    " kubernetes.client kubernetes.config kubernetes.dynamic kubernetes.dynamic.discovery"
    " kubernetes.stream kubernetes.utils kubernetes.watch logging lzma platform requests"
    " resource runpy ssl stringprep subprocess typing_extensions urllib3.contrib uuid yaml zipfile"
)

GIVING_BACK = (
    Requirement(BASIC, "AnsibleModule._return_formatted", "self kwargs"),
    Requirement(BASIC, "AnsibleModule.exit_json", uses="_return_formatted"),
)


def _import_libraries(_: DiskCache) -> None:
    """Import what modules import."""
    if sitecustomize.is_asked_for(os.environ):  # which came after this Python's start
        sitecustomize.allow_at_import()
    for name in OF_OTHERS.split():
        with contextlib.suppress(Exception):  # a module says better what it cannot import
            importlib.import_module(name)
    missing = []
    for name in OF_ANSIBLE.split():
        try:
            importlib.import_module(name)
        except ImportError as exc:
            missing.append(f"{name} cannot be imported: {exc}")
    if missing:
        raise Mismatch("; ".join(missing))


def _keep_compiled(cache: DiskCache) -> None:
    """Have Python compile a source in an archive once: Ansible packs modules into archives."""
    zipimport: Any = importlib.import_module("zipimport")
    compile_anew = zipimport._compile_source

    def compiled(path: str, source: bytes) -> CodeType:
        return cache.get_or_compile(source, lambda: compile_anew(path, source))

    zipimport._compile_source = compiled


def _leave_out_arguments(_: DiskCache) -> None:
    """Have modules not give their arguments back: a play copies them several times."""
    if "inject_invocation" in importlib.import_module(PARAMETERS).PASS_VARS:  # from 2.21 on
        raise NotNeeded("modules of this ansible-core give them back only where that is asked for")
    for one in GIVING_BACK:
        one.check()
    module: Any = importlib.import_module(BASIC).AnsibleModule
    finish = module._return_formatted

    def finished(self: Any, result: dict[str, Any]) -> None:
        finish(self, {"invocation": {"module_args": {}}, **result})

    module._return_formatted = finished


IMPORTED_LIBRARIES = Patch("imported libraries", "ansible-core", (), _import_libraries)
COMPILED_SOURCES = Patch(
    "compiled sources",
    PYTHON,
    (
        Requirement("zipimport", "_compile_source", "pathname source"),
        Requirement("zipimport", "_get_module_code", uses="_compile_source"),
    ),
    _keep_compiled,
)
LEFT_OUT_ARGUMENTS = Patch(
    "left out arguments",
    "ansible-core",
    (Requirement(PARAMETERS, "PASS_VARS"),),
    _leave_out_arguments,
)
