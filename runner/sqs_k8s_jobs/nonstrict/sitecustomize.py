"""Certificates of an API server that lack what RFC 5280 demands, allowed in the Kubernetes client.

Python checks that from 3.13 on, and the client has no setting for it up to version 37. This clears
that one flag, for the client alone: authority, host name and dates are verified all the same.

With its folder in PYTHONPATH, Python imports this file at its start. That is how the modules of
kubernetes.core get it, whose Python may be another one: it uses nothing but the standard library,
urllib3 and the client.
"""

from __future__ import annotations

import importlib.util
import os
import ssl
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

FOLDER = Path(__file__).resolve().parent
PATH = "PYTHONPATH"
REST = "kubernetes.client.rest"


def allow(manager: Any) -> None:
    """Have a PoolManager of urllib3 allow such certificates on connections from now on."""
    classes = manager.pool_classes_by_scheme
    pool: Any = classes["https"]

    class Connection(pool.ConnectionCls):  # type: ignore[misc]
        ssl_context: ssl.SSLContext | None

        def connect(self) -> None:
            self.ssl_context = self.ssl_context or _context(self)
            self.ssl_context.verify_flags &= ~ssl.VerifyFlags.VERIFY_X509_STRICT
            super().connect()

    class Pool(pool):  # type: ignore[misc]
        ConnectionCls = Connection

    manager.pool_classes_by_scheme = {**classes, "https": Pool}


def allow_in(rest: ModuleType) -> None:
    """Have all clients of this process allow them, given the module kubernetes.client.rest."""

    class RESTClientObject(rest.RESTClientObject):  # type: ignore[misc,name-defined]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            allow(self.pool_manager)

    rest.RESTClientObject = RESTClientObject  # type: ignore[attr-defined]


def allow_at_import() -> None:
    """Have all clients of this process allow them, once the Kubernetes client is imported."""
    sys.meta_path.insert(0, _Finder())


def is_asked_for(environment: Mapping[str, str]) -> bool:
    """Tell whether a Python that starts in this environment imports this file."""
    return str(FOLDER) in environment.get(PATH, "").split(os.pathsep)


def _context(connection: Any) -> ssl.SSLContext:
    """Return the context that urllib3 makes for a connection which was given none."""
    from urllib3.util.ssl_ import create_urllib3_context

    context = create_urllib3_context(cert_reqs=connection.cert_reqs)
    if not (connection.ca_certs or connection.ca_cert_dir or connection.ca_cert_data):
        context.load_default_certs()
    return context


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname == REST else None
        if spec and spec.loader:
            spec.loader = _Allowing(spec.loader)
        return spec


class _Allowing(Loader):
    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        created: ModuleType | None = self._loader.create_module(spec)
        return created

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        allow_in(module)


def _import_next() -> None:
    """Import the sitecustomize of the system, in whose place this file was imported."""
    others = [entry for entry in sys.path if Path(entry).resolve() != FOLDER]
    spec = PathFinder.find_spec(__name__, others)
    if spec and spec.loader:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


if __name__ == "sitecustomize":
    allow_at_import()
    _import_next()
