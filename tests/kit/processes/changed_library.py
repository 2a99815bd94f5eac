"""Fork servers for which a library is another one: something of it is changed as it is imported.

The same libraries stay as they are for everybody else, such as the programs that the servers stand
for.
"""

from __future__ import annotations

import os
from pathlib import Path

HOOK = """
import importlib.abc, importlib.util, inspect, sys

NAME, CHANGE = {name!r}, {change!r}


def more(owner, name):
    known = getattr(owner, name)
    parameters = inspect.signature(known).parameters.values()
    another = inspect.Parameter("more", inspect.Parameter.KEYWORD_ONLY, default=None)

    def changed(*some, **named):
        return known(*some, **named)

    changed.__signature__ = inspect.Signature([*parameters, another])
    setattr(owner, name, changed)


def apply(module):
    exec(CHANGE, vars(module), {{"module": module, "more": more}})


class Changed(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name != NAME:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module

        def changed(module):
            run(module)
            apply(module)

        spec.loader.exec_module = changed
        return spec


if "sqs_k8s_jobs.fork_server.server" in sys.orig_argv:
    if NAME in sys.builtin_module_names or NAME == "zipimport":
        apply(importlib.import_module(NAME))
    else:
        sys.meta_path.insert(0, Changed())
"""


def path_with(folder: Path, name: str, change: str) -> str:
    """Return a PYTHONPATH with which servers change the module of this name.

    The change is a line of code among the module's names. For it `module` is that module, and
    `more(owner, name)` gives a function one more parameter.
    """
    hook = folder / "sitecustomize.py"
    hook.write_text(HOOK.format(name=name, change=change), "utf-8")
    return os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
