"""ansible-playbook itself, and what it does in every play: finding, parsing, waiting."""

from __future__ import annotations

import contextlib
import importlib
import pickle
import queue
import threading
import time
from collections import deque
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqs_k8s_jobs.fork_server.ansible_patches.patch import Patch
from sqs_k8s_jobs.fork_server.ansible_patches.requirement import Requirement
from sqs_k8s_jobs.fork_server.cache import DiskCache

CORE = "ansible-core"
LOADERS = "ansible.plugins.loader"
STRATEGY = "ansible.plugins.strategy"
POLL_SECONDS = 0.1  # between two looks whether a task's process is alive
COLLECTION = "sqs_k8s.jobs"
# Each run loads all of these kinds, to find the enabled ones and their options.
ALL_OF = ("become_loader", "callback_loader", "connection_loader", "shell_loader")
PLUGINS = {
    "action_loader": "debug fail normal set_fact validate_argument_spec"
    " kubernetes.core.k8s kubernetes.core.k8s_info",
    "cache_loader": "memory",
    "callback_loader": f"{COLLECTION}.status",
    "inventory_loader": "host_list script auto yaml ini toml",
    "lookup_loader": f"fileglob {COLLECTION}.messages {COLLECTION}.manifests {COLLECTION}.no_proxy",
    "strategy_loader": "linear",
    "filter_loader": f"realpath dirname {COLLECTION}.pending_actions {COLLECTION}.outcomes"
    f" {COLLECTION}.selectors",
    "test_loader": f"{COLLECTION}.needs_pods {COLLECTION}.unwritten",
    "module_loader": "kubernetes.core.k8s kubernetes.core.k8s_info"
    f" {COLLECTION}.webhook {COLLECTION}.patch",
}


def _find_plugins(_: DiskCache) -> None:
    """Find the plugins that plays here use, and describe those of which each run loads all."""
    loaders: Any = importlib.import_module(LOADERS)
    loaders.init_plugin_loader()
    for name, plugins in PLUGINS.items():
        loader = getattr(loaders, name)
        for plugin in plugins.split():
            with contextlib.suppress(Exception):  # a run says better what it cannot find
                if name == "module_loader":
                    loader.find_plugin(plugin)
                else:
                    loader.get(plugin, class_only=True)
    for name in ALL_OF:
        list(getattr(loaders, name).all(class_only=True))


def _keep_files(cache: DiskCache) -> None:
    """Have Ansible parse a file of a collection once; no other, as they may hold secrets."""
    loader: Any = importlib.import_module("ansible.parsing.dataloader").DataLoader
    load_anew = loader.load_from_file

    def loaded(self: Any, file_name: str, *how: Any, **more: Any) -> Any:
        path = Path(file_name)
        if "ansible_collections" not in path.parts or not path.is_absolute() or not path.is_file():
            return load_anew(self, file_name, *how, **more)
        seen = path.stat()
        words = repr((file_name, seen.st_mtime_ns, seen.st_size, how, sorted(more.items())))
        key = words.encode("utf-8", "surrogateescape")
        found = cache.get(key)
        if found is None:
            made = load_anew(self, file_name, *how, **more)
            with contextlib.suppress(pickle.PicklingError, TypeError, AttributeError):
                cache.put(key, pickle.dumps(made))
            return made
        return pickle.loads(found)

    loader.load_from_file = loaded


def _wake_at_results(_: DiskCache) -> None:
    """Have a play continue as soon as a task's result is there, instead of polling."""
    strategy: Any = importlib.import_module(STRATEGY)
    interval = importlib.import_module("ansible.constants").DEFAULT_INTERNAL_POLL_INTERVAL
    came = threading.Event()

    class Results(deque[Any]):
        def append(self, result: Any) -> None:
            super().append(result)
            came.set()

    class Requests(queue.Queue[Any]):  # of tasks to change the inventory; from 2.21 on
        def put(self, *what: Any, **how: Any) -> None:
            super().put(*what, **how)
            came.set()

    def sleep(seconds: float) -> None:
        came.wait(POLL_SECONDS if seconds == interval else seconds)
        came.clear()

    strategy.deque = Results
    strategy.queue = SimpleNamespace(**{**vars(queue), "Queue": Requests})
    strategy.time = SimpleNamespace(**{**vars(time), "sleep": sleep})


ANSIBLE_PLAYBOOK = Patch(
    "imported ansible-playbook",
    CORE,
    (Requirement("ansible.cli.playbook", "main", "args"),),
    lambda _: None,
    required=True,
)
FOUND_PLUGINS = Patch(
    "found plugins",
    CORE,
    (
        Requirement(LOADERS, "init_plugin_loader", "prefix_collections_path"),
        Requirement(LOADERS, "PluginLoader.get", "self name *args **kwargs"),
        Requirement(LOADERS, "PluginLoader.all", "self *args **kwargs"),
        Requirement(
            *(LOADERS, "PluginLoader.find_plugin"),
            "self name mod_type ignore_deprecated check_aliases collection_list",
        ),
        *(Requirement(LOADERS, name) for name in (*PLUGINS, *ALL_OF)),
    ),
    _find_plugins,
)
PARSED_FILES = Patch(
    "parsed files",
    CORE,
    (
        Requirement(
            *("ansible.parsing.dataloader", "DataLoader.load_from_file"),
            "self file_name cache unsafe json_only trusted_as_template",
        ),
    ),
    _keep_files,
)
AWAITED_RESULTS = Patch(
    "awaited results",
    CORE,
    (
        Requirement(STRATEGY, "deque", being=deque),
        Requirement(STRATEGY, "queue", being=queue),
        Requirement(STRATEGY, "time", being=time),
        Requirement(STRATEGY, "StrategyBase.__init__", uses="deque _results"),
        Requirement(STRATEGY, "results_thread_main", uses="_results append"),
        Requirement(
            *(STRATEGY, "StrategyBase._wait_on_pending_results"),
            uses="time sleep DEFAULT_INTERNAL_POLL_INTERVAL",
        ),
        Requirement("ansible.constants", "DEFAULT_INTERNAL_POLL_INTERVAL"),
    ),
    _wake_at_results,
)
