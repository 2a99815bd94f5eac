"""ansible-playbook on a fork server, with all that the roles' plays use loaded."""

from __future__ import annotations

import warnings

from sqs_k8s_jobs.fork_server.ansible_patches import events, playbook, templates

PATCHES = (  # in this order: Ansible reads its environment when it is imported
    events.LEFT_OUT_EVENTS,
    playbook.ANSIBLE_PLAYBOOK,
    playbook.FOUND_PLUGINS,
    templates.COMPILED_TEMPLATES,
    templates.PLAIN_TEXTS,
    playbook.PARSED_FILES,
    playbook.AWAITED_RESULTS,
)


def import_environment(environment: dict[str, str]) -> dict[str, str]:
    """Return Ansible's own settings: most of them are read once."""
    return {name: value for name, value in environment.items() if name.startswith("ANSIBLE_")}


def main(arguments: list[str]) -> None:
    """Run ansible-playbook."""
    from ansible.cli.playbook import main as ansible_playbook

    warnings.filterwarnings("ignore", "AnsibleCollectionFinder has already been configured")
    ansible_playbook(["ansible-playbook", *arguments])
