"""ansible-playbook, as a warm server has it: with all that the roles' plays use at hand."""

from __future__ import annotations

import contextlib
import importlib
import os
import warnings
from pathlib import Path

from sqs_k8s_jobs.warm import short_cuts
from sqs_k8s_jobs.warm.kept import Kept

POLL_SECONDS = 0.1  # between two looks whether a task's process is alive
COLLECTION = "sqs_k8s.jobs"
# Of these each run loads all, to see which are enabled and what can be set.
ALL_OF = ("become_loader", "callback_loader", "connection_loader", "shell_loader")
PLUGINS = {
    "action_loader": "debug fail include_tasks normal set_fact validate_argument_spec"
    " kubernetes.core.k8s kubernetes.core.k8s_info",
    "cache_loader": "memory",
    "callback_loader": f"{COLLECTION}.status",
    "inventory_loader": "host_list script auto yaml ini toml",
    "lookup_loader": f"fileglob {COLLECTION}.messages {COLLECTION}.manifests",
    "strategy_loader": "linear",
    "filter_loader": f"realpath dirname {COLLECTION}.plan {COLLECTION}.outcomes",
    "test_loader": f"{COLLECTION}.told",
    "module_loader": "kubernetes.core.k8s kubernetes.core.k8s_info"
    f" {COLLECTION}.webhook {COLLECTION}.patch",
}


def decisive(environment: dict[str, str]) -> dict[str, str]:
    """Return Ansible's own settings: most of them are read once."""
    return {name: value for name, value in environment.items() if name.startswith("ANSIBLE_")}


def prepare(folder: str) -> None:
    """Import ansible-playbook and find the plugins that plays here use."""
    _leave_out_events()
    from ansible import constants

    importlib.import_module("ansible.cli.playbook")
    loaders = importlib.import_module("ansible.plugins.loader")
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
    short_cuts.keep_templates(Kept(folder))
    short_cuts.keep_files(Kept(folder))
    short_cuts.pass_plain_texts()
    short_cuts.wake_at_results()
    constants.DEFAULT_INTERNAL_POLL_INTERVAL = POLL_SECONDS


def _leave_out_events() -> None:
    """Have ansible-runner's events written by nobody: the callback status says all that matters."""
    paths = os.environ.pop("ANSIBLE_CALLBACK_PLUGINS", "").split(os.pathsep)
    own = [path for path in paths if path and "ansible_runner" not in Path(path).parts]
    if own:
        os.environ["ANSIBLE_CALLBACK_PLUGINS"] = os.pathsep.join(own)
    os.environ["ANSIBLE_STDOUT_CALLBACK"] = os.environ.get("ORIGINAL_STDOUT_CALLBACK", "default")


def main(arguments: list[str]) -> None:
    """Run ansible-playbook."""
    from ansible.cli.playbook import main as ansible_playbook

    warnings.filterwarnings("ignore", "AnsibleCollectionFinder has already been configured")
    ansible_playbook(["ansible-playbook", *arguments])
